package io.nextscale.serve;

import io.nextscale.var.ImageGenerator;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.ImageSize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;

/** A model with what answers its requests. */
record ServedModel(
    ImageGenerator generator, Generations generations, TokenViews views, long created) {
  static ServedModel of(
      ImageGenerator generator, Metrics metrics, ExecutorService threads, long created) {
    return new ServedModel(
        generator,
        new Generations(generator, metrics),
        new TokenViews(generator, threads),
        created);
  }

  String name() {
    return generator.spec().name();
  }

  /** The entry in the list of models; {@code nextscale} has what the page needs. */
  Map<String, Object> description() {
    ModelSpec spec = generator.spec();
    ImageSize size = spec.imageSize();
    List<String> classes = IntStream.range(0, spec.noClass()).mapToObj(spec::className).toList();
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("width", size.width());
    own.put("height", size.height());
    own.put("pixels_per_token", size.height() / spec.scales().last().height());
    own.put("free_scales", spec.hasFreeScales());
    own.put("scales", spec.scales().toString());
    own.put("classes", classes);
    own.put("cfg", spec.defaults().guidance().strength());
    own.put("top_k", spec.defaults().sampling().topK().orElse(0));
    own.put("top_p", spec.defaults().sampling().topP().orElse(0));
    own.put("dtype", generator.options().computeType().toString());
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", name());
    entry.put("object", "model");
    entry.put("created", created);
    entry.put("owned_by", "nextscale");
    entry.put(Fields.OWN, own);
    return entry;
  }
}
