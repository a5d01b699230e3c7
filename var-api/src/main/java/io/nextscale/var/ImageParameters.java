package io.nextscale.var;

import io.nextscale.torch.DType;
import io.nextscale.var.edit.Edit;
import io.nextscale.var.generate.GuidanceWeights;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.ListedGuidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Texts for the metadata of generated images.
 *
 * @param computeType element type of the blocks
 * @param classes id of the class of each image
 * @param weights of the guidance
 */
record ImageParameters(
    InferenceModel model,
    DType computeType,
    GenerationRequest request,
    List<Long> classes,
    Guidance guidance,
    GuidanceWeights weights,
    Sampling sampling,
    Scales scales) {
  /** A value that no option of a command can set: code of the application. */
  private static final String OWN = "own";

  /**
   * Parameters of one image, in a fixed order.
   *
   * @param index of the image in the request
   */
  Map<String, String> of(int index) {
    int classId = classes.get(index).intValue();
    ModelSpec spec = model.spec();
    Map<String, String> text = new LinkedHashMap<>();
    text.put("Software", "Nextscale");
    text.put("model", spec.name());
    text.put("class", Integer.toString(classId));
    text.put("class_name", spec.className(classId));
    text.put("seed", Long.toString(request.seed(index)));
    if (classes.size() > 1) {
      text.put("batch", joined(classes));
      text.put("batch_index", Integer.toString(index));
    }
    if (request.hasOwnNoise()) {
      text.put("noise", OWN);
    }
    Edit edit = request.edit();
    if (edit != null) {
      text.put("edit", edit.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    }
    putGuidance(text);
    text.put("top_k", Integer.toString(sampling.topK().orElse(0)));
    text.put("top_p", Double.toString(sampling.topP().orElse(0)));
    text.put("temperature", Double.toString(sampling.temperature()));
    text.put("smooth", Boolean.toString(sampling.smooth()));
    if (spec.hasFreeScales()) {
      text.put("greedy_grids", sampling.greedyGrids().toString());
    }
    if (!sampling.excludedCodes().isEmpty()) {
      text.put("exclude_codes", joined(sampling.excludedCodes()));
    }
    if (request.logitsProcessor() != null) {
      text.put("logits_processor", OWN);
    }
    text.put("scales", scales.toString());
    text.put("dtype", computeType.toString());
    if (computeType != DType.FLOAT32 && spec.transformer().network().scaleByScale()) {
      text.put("float32_scales", Integer.toString(model.precision().float32Scales(scales)));
    }
    return text;
  }

  private void putGuidance(Map<String, String> text) {
    if (!(guidance instanceof ClassifierFreeGuidance free)) {
      Guidance listed = new ListedGuidance(weights.ofScale());
      if (!weights.equals(GuidanceWeights.of(listed, scales))) {
        text.put("guidance", OWN);
      }
      text.put("guidance_weights", joined(weights.ofScale()));
      return;
    }
    text.put("cfg", Double.toString(free.strength()));
    text.put("guidance", free.form().name().toLowerCase(Locale.ROOT));
    free.interval().ifPresent(tokens -> text.put("cfg_interval", Integer.toString(tokens)));
    if (model.spec().hasFreeScales()) {
      text.put("max_pn", Integer.toString(free.maxPatchNumber().orElse(0)));
    }
  }

  private static String joined(List<?> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
