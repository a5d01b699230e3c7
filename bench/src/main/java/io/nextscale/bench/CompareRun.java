package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.json.Json;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.sampling.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs our half of {@code bench/compare}: generates images one at a time, greedily, each of another
 * class, and writes seconds by phase and tokens as JSON. The generator of the library is timed, so
 * the model is in its inference form.
 */
public final class CompareRun {
  private static final double WARM_UP_SECONDS = 3;

  private CompareRun() {}

  /**
   * Generates and writes the JSON.
   *
   * @param arguments model folder, f32 or bf16, threads, cfg, number of images, JSON file
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 6) {
      System.err.println("usage: ours FOLDER f32|bf16 THREADS CFG IMAGES FILE.json");
      System.exit(2);
    }
    DType computeType = BenchModel.computeType(arguments[1]);
    CpuThreads.setCount(Integer.parseInt(arguments[2]));
    double cfg = Double.parseDouble(arguments[3]);
    int images = Integer.parseInt(arguments[4]);
    long start = System.nanoTime();
    try (ImageGenerator generator =
        ImageGenerator.load(
            ModelSource.folder(Path.of(arguments[0])), new LoadOptions(Device.CPU, computeType))) {
      double load = (System.nanoTime() - start) * 1e-9;
      warmUp(generator, cfg);
      List<GenerationResult> results = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        results.add(generate(generator, cfg, i));
      }
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("software", "Nextscale, libtorch " + Torch.version());
      report.put("load", load);
      report.put("transformer", results.stream().map(CompareRun::loop).toList());
      report.put("decode", results.stream().map(result -> result.timings().decode()).toList());
      report.put("tokens", results.stream().map(CompareRun::tokens).toList());
      Files.writeString(Path.of(arguments[5]), Json.write(report) + "\n");
    }
  }

  /** Warms up as long as the official half does, with one image at least. */
  private static void warmUp(ImageGenerator generator, double cfg) {
    long start = System.nanoTime();
    do {
      generate(generator, cfg, 0);
    } while ((System.nanoTime() - start) * 1e-9 < WARM_UP_SECONDS);
  }

  private static GenerationResult generate(ImageGenerator generator, double cfg, int image) {
    return generator.generate(
        GenerationRequest.of(image % generator.spec().noClass())
            .cfg(cfg)
            .sampling(Sampling.greedy())
            .build());
  }

  private static double loop(GenerationResult result) {
    return result.timings().transformer().stream().mapToDouble(d -> d).sum();
  }

  private static List<Long> tokens(GenerationResult result) {
    return Arrays.stream(result.drawn().tokens()[0]).boxed().toList();
  }
}
