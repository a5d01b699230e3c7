package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import java.util.List;

/**
 * Everything that depends on the classes of a run alone: computed once, used at every scale.
 *
 * @param embedding (B, C) of the classes
 * @param blocks one for each block
 * @param head of the classifier
 */
public record Modulations(
    Tensor embedding, List<Modulation> blocks, ClassifierHead.HeadModulation head) {}
