package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Timings;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Compares next-scale prediction with raster-scan autoregression (VAR, section 1: "about 20 times"
 * faster): VAR and FlexVAR against LlamaGen of as many parameters, with random weights.
 */
public final class RasterBaseline {
  private static final List<String> MODELS =
      List.of("var-d16", "flexvar-d16", "llamagen-c2i-l-256");
  private static final List<Integer> BATCHES = List.of(1, 8);

  private RasterBaseline() {}

  /**
   * Prints the comparison.
   *
   * @param arguments f32 or bf16, then models or batch sizes in any order; without them all of both
   */
  public static void main(String[] arguments) {
    DType computeType = BenchModel.computeType(arguments.length > 0 ? arguments[0] : "f32");
    List<String> others = Arrays.stream(arguments).skip(1).toList();
    List<Integer> batches =
        others.stream().filter(word -> word.matches("\\d+")).map(Integer::valueOf).toList();
    List<String> models = others.stream().filter(word -> !word.matches("\\d+")).toList();
    PrintStream out = System.out;
    out.printf(
        "%s, libtorch %s with %d threads, Java %s%n",
        computeType, Torch.version(), CpuThreads.count(), Runtime.version());
    out.println(
        "guided; one run each after the first step of another; GFLOP of an image's tokens\n");
    out.println(
        "| model | parameters of blocks | tokens | steps | GFLOP | at once | tokens, s | decoding, s"
            + " | images/s | GFLOP/s |");
    out.println("|---|---|---|---|---|---|---|---|---|---|");
    for (String model : models.isEmpty() ? MODELS : models) {
      try (ImageGenerator generator = BenchModel.load(model, computeType)) {
        warmUp(generator);
        for (int batch : batches.isEmpty() ? BATCHES : batches) {
          row(out, generator, batch);
        }
      }
    }
  }

  /** Generates the first step only, which packs the weights. */
  private static void warmUp(ImageGenerator generator) {
    GenerationRequest.Builder first =
        request(generator.spec(), 1)
            .onScale(
                event -> {
                  throw new CancellationException("the first step is enough");
                });
    try {
      generator.generate(first.build());
    } catch (CancellationException e) {
      // as it should
    }
  }

  private static GenerationRequest.Builder request(ModelSpec spec, int batch) {
    ClassifierFreeGuidance guidance = spec.defaults().guidance();
    Guidance active = guidance.isActive() ? guidance : guidance.withStrength(2);
    return GenerationRequest.of(Collections.nCopies(batch, "7"))
        .guidance(active)
        .sampling(Sampling.of(900, 0.96))
        .seed(1);
  }

  private static void row(PrintStream out, ImageGenerator generator, int batch) {
    ModelSpec spec = generator.spec();
    Timings timings = generator.generate(request(spec, batch).build()).timings();
    double seconds = timings.transformer().stream().mapToDouble(s -> s).sum();
    double work = RasterWork.flops(spec) * 1e-9;
    out.printf(
        "| %s | %.0fM | %d | %d | %.0f | %d | %.2f | %.2f | %.3f | %.0f |%n",
        spec.name(),
        spec.transformer().linearParameterCount() * 1e-6,
        spec.scales().tokens(),
        RasterWork.steps(spec).size(),
        work,
        batch,
        seconds,
        timings.decode(),
        batch / (seconds + timings.decode()),
        batch * work / seconds);
  }
}
