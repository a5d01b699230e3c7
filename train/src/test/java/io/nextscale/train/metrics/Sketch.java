package io.nextscale.train.metrics;
import java.nio.file.*;import java.util.*;
public class Sketch { public static void main(String[] a){ System.setProperty("java.awt.headless","true");
 Path d=Path.of("/tmp/w/plots"); d.toFile().mkdirs();
 String[] c=Trainings.COLUMNS.toArray(String[]::new);
 MetricsPlot.of(c).withLogarithmic("loss","gradient norm","validation loss").write(d.resolve("a.png"),Trainings.noisy(10000));
 MetricsPlot.of("loss","learning rate","PSNR").withLogarithmic("PSNR").write(d.resolve("b.png"),Trainings.noisy(60));
 long t=System.nanoTime();
 var h=Trainings.noisy(300000); System.out.println("made"); t=System.nanoTime();
 MetricsPlot.of(c).write(d.resolve("c.png"),h); System.out.println((System.nanoTime()-t)/1e9);
 var p=new PowerLawPlot("parameters N", List.of(new PowerLawPlot.Series("last scale",new double[]{18.5e6,63e6,130e6,310e6,600e6,1e9,2e9},new double[]{8.1,7.2,6.9,6.6,6.3,6.2,6.0}),new PowerLawPlot.Series("all scales",new double[]{18.5e6,63e6,130e6,310e6,600e6,1e9,2e9},new double[]{7.1,5.2,4.6,3.9,3.2,2.9,2.4})));
 p.write(d.resolve("p.png"));
}}
