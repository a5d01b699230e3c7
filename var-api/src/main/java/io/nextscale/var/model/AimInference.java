package io.nextscale.var.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The keys of an AiM network's configuration, all of which its shapes imply.
 *
 * @param shapes of the weights without {@code mamba.}
 */
record AimInference(CheckpointShapes shapes) implements NetworkInference {
  static final String CODES = "backbone.embeddings.word_embeddings.weight";

  private static final String FIRST = "backbone.layers.0.mixer.";
  private static final String SHARED = "backbone.adaln_group.1.weight";

  @Override
  public Family family() {
    return Family.AIM;
  }

  @Override
  public String name() {
    String size =
        switch (width()) {
          case 768 -> "b";
          case 1024 -> "l";
          case 1536 -> "xl";
          default -> "d" + depth();
        };
    return family().key() + "-" + size;
  }

  @Override
  public Map<String, Object> keys() {
    Map<String, Object> mamba = new LinkedHashMap<>();
    long inner = shapes.size(FIRST + "out_proj.weight", 2, 1);
    mamba.put("d_model", (long) width());
    mamba.put("n_layer", (long) depth());
    mamba.put("vocab_size", (long) shapes.size(CODES, 2, 0));
    mamba.put("num_classes", (long) classes());
    mamba.put(
        "num_tokens", shapes.size("backbone.embeddings.position_embeddings.weight", 2, 0) - 1L);
    mamba.put("adaln_group", shapes.has(SHARED));
    if (shapes.has(SHARED)) {
      mamba.put("num_groups", shapes.size(SHARED, 2, 0) / (3L * width()));
    }
    mamba.put("d_state", (shapes.size(FIRST + "conv1d.weight", 3, 0) - inner) / 2);
    mamba.put("d_conv", (long) shapes.size(FIRST + "conv1d.weight", 3, 2));
    mamba.put("expand", inner / width());
    mamba.put("headdim", inner / shapes.size(FIRST + "A_log", 1, 0));
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("mamba", mamba);
    return keys;
  }

  @Override
  public int classes() {
    return shapes.size("backbone.cls_embed.embedding_table.weight", 2, 0) - 1;
  }

  private int width() {
    return shapes.size(CODES, 2, 1);
  }

  private int depth() {
    return shapes.count("backbone.layers.", ".mixer.A_log");
  }
}
