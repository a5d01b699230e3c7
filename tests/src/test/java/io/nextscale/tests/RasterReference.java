package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Score;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.raster.GridRotation;
import io.nextscale.var.raster.LlamaNetwork;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.TokenMaps;
import java.util.Arrays;
import java.util.List;

/** Comparisons of raster models with tensors of the official code, by the fixtures' names. */
final class RasterReference {
  private RasterReference() {}

  static void predictsUnderTeacherForcing(Fixture golden, ImageGenerator generator) {
    TokenMaps truth = new TokenMaps(generator.spec().scales(), golden.rows("tf.tokens"));
    List<String> labels =
        Arrays.stream(golden.longs("tf.labels")).mapToObj(Long::toString).toList();
    Score score = generator.score(truth, labels, true);
    golden.assertClose("tf.logits", score.logits());
    golden.assertClose("tf.loss", new float[] {(float) score.meanCrossEntropy()});
  }

  static void turnsByRowAndColumn(Fixture golden, ModelSource source) {
    try (OpenModel files = source.open();
        GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      ModelSpec spec = files.spec();
      NetworkConfig.Llama kind = (NetworkConfig.Llama) spec.transformer().network();
      GridRotation rotation =
          LlamaNetwork.read(
                  GoldenModel.reader(files), spec.transformer(), kind, spec.scales().last())
              .rotation();
      Tensor in = golden.tensorOf("rope.in");
      golden.assertClose("rope.out", rotation.apply(in.unsqueeze(2)).contiguous().toFloats());
      float[] cosines = rotation.cosines().toFloats();
      float[] sines = rotation.sines().toFloats();
      float[] ours = new float[cosines.length];
      for (int i = 0; i < ours.length; i += 2) {
        ours[i] = cosines[i];
        ours[i + 1] = sines[i + 1];
      }
      golden.assertClose("rope.table", ours);
    }
  }

  /** Compares tokens and logits. */
  static ObservedRun generatesGreedily(
      Fixture golden,
      ImageGenerator generator,
      String name,
      List<Integer> labels,
      Guidance guidance) {
    ObservedRun run = ObservedRun.of(generator, greedy(labels).guidance(guidance));
    assertThat(run.result().drawn().tokens()).as(name).isDeepEqualTo(golden.rows(name + ".tokens"));
    golden.assertClose(name + ".logits_sel", run.at(golden.longs("sel_positions")));
    return run;
  }

  /** Combines the logits of both halves of the batch, and compares the first three tokens'. */
  static void computesBothHalves(
      Fixture golden,
      ImageGenerator generator,
      String name,
      List<Integer> labels,
      ClassifierFreeGuidance guidance) {
    double cfg = guidance.strength();
    float[] halves = golden.floats(name + ".raw_0_2");
    float[] expected = new float[halves.length / 2];
    for (int i = 0; i < expected.length; i++) {
      float unconditional = halves[i + expected.length];
      expected[i] = (float) (unconditional + cfg * (halves[i] - unconditional));
    }
    ObservedRun run = ObservedRun.of(generator, greedy(labels).guidance(guidance));
    Fixture.assertClose(
        name + ".raw_0_2", run.first(3), expected, cfg * golden.tolerance(name + ".raw_0_2"));
  }

  private static GenerationRequest.Builder greedy(List<Integer> labels) {
    return GenerationRequest.of(labels.stream().map(String::valueOf).toList())
        .sampling(Sampling.greedy());
  }
}
