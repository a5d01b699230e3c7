package io.nextscale.tests;

import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.scale.Scales;
import java.util.List;

/** Compares the scale loop and its KV cache with one masked pass over the same tokens. */
final class MaskedPass {
  /** The two differ in the order of sums only: about 1e-5 on logits of size 10. */
  private static final double LOGITS = 2e-4;

  private MaskedPass() {}

  /**
   * Asserts that the logits of the loop are those of the masked pass over its tokens. For an edit
   * these are the used tokens, which shows that later scales saw them.
   */
  static GenerationResult assertAgrees(
      ImageGenerator generator,
      GenerationRequest.Builder request,
      Guidance guidance,
      String... classes) {
    ObservedRun run = ObservedRun.of(generator, request.guidance(guidance));
    List<String> labels = List.of(classes);
    float[] conditional = generator.score(run.result().tokens(), labels, true).logits();
    String none = Integer.toString(generator.spec().noClass());
    List<String> noClass = labels.stream().map(c -> none).toList();
    float[] unconditional = generator.score(run.result().tokens(), noClass, true).logits();
    Scales scales = run.result().tokens().scales();
    int vocabulary = generator.spec().tokenizer().vocabularySize();
    float[] expected = new float[conditional.length];
    double strongest = 0;
    for (int i = 0; i < expected.length; i++) {
      int position = i / vocabulary % scales.tokens();
      int k = 0;
      while (scales.start(k + 1) <= position) {
        k++;
      }
      double t = guidance.isActive(scales) ? guidance.weight(scales, k) : 0;
      strongest = Math.max(strongest, t);
      expected[i] = (float) ((1 + t) * conditional[i] - t * unconditional[i]);
    }
    Fixture.assertClose(
        scales + " " + guidance,
        run.first(scales.tokens()),
        expected,
        LOGITS * (1 + 2 * strongest));
    return run.result();
  }
}
