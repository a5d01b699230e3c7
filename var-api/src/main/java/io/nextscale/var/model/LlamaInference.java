package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of a LlamaGen network's configuration. Two of them have no shape. The heads are those of
 * the published model of this width and depth. The grid follows from the size of the images in the
 * name of the file, such as {@code c2i_B_256.pt}, or from the one size that the model was published
 * in.
 *
 * @param checkpoint the weight file
 * @param shapes of its tensors
 */
record LlamaInference(Checkpoint checkpoint, CheckpointShapes shapes) implements NetworkInference {
  static final String TOKENS = "tok_embeddings.weight";

  private static final String CLASSES = "cls_embedding.embedding_table.weight";
  private static final Pattern IMAGE_SIZE = Pattern.compile("_(256|384|512)\\.\\w+");
  private static final int PATCH = 16;

  /** The published sizes. */
  private enum Published {
    B(768, 12, 12, 0, 2),
    L(1024, 24, 16, 0, 2),
    XL(1280, 36, 20, 384, 1.75),
    XXL(1536, 48, 24, 384, 1.75),
    XXXL(2560, 48, 40, 0, 1.75),
    GPT_3B(3200, 24, 32, 384, 1.65);

    private final int width;
    private final int depth;
    private final int heads;
    private final int imageSize; // 0: several, or none
    private final double cfg; // of the official evaluation

    Published(int width, int depth, int heads, int imageSize, double cfg) {
      this.width = width;
      this.depth = depth;
      this.heads = heads;
      this.imageSize = imageSize;
      this.cfg = cfg;
    }

    String key() {
      return name().replace("GPT_", "").toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Family family() {
    return Family.LLAMAGEN_C2I;
  }

  @Override
  public String name() {
    return "%s-%s-%s".formatted(family().key(), published().key(), imageSize());
  }

  @Override
  public Map<String, Object> keys() {
    Map<String, Object> gpt = new LinkedHashMap<>();
    int grid = imageSize() / PATCH;
    gpt.put("dim", (long) width());
    gpt.put("n_layer", (long) depth());
    gpt.put("n_head", (long) published().heads);
    gpt.put("hidden", (long) shapes.size("layers.0.feed_forward.w1.weight", 2, 0));
    gpt.put("vocab_size", (long) shapes.size(TOKENS, 2, 0));
    gpt.put("num_classes", (long) classes());
    gpt.put("block_size", (long) grid * grid);
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("gpt", gpt);
    keys.put("sampling_defaults", Map.of("cfg", published().cfg));
    return keys;
  }

  @Override
  public int classes() {
    return shapes.size(CLASSES, 2, 0) - 1;
  }

  private int width() {
    return shapes.size(TOKENS, 2, 1);
  }

  private int depth() {
    return shapes.count("layers.", ".attention.wqkv.weight");
  }

  private Published published() {
    for (Published model : Published.values()) {
      if (model.width == width() && model.depth == depth()) {
        return model;
      }
    }
    throw new ModelException(
        ("%s: weights do not tell the number of heads, and no published LlamaGen has width %s and"
                + " %s layers; give n_head and block_size in a config.json")
            .formatted(checkpoint.path(), width(), depth()));
  }

  private int imageSize() {
    Matcher size = IMAGE_SIZE.matcher(String.valueOf(checkpoint.path().getFileName()));
    if (size.find()) {
      return Integer.parseInt(size.group(1));
    }
    int only = published().imageSize;
    if (only == 0) {
      throw new ModelException(
          ("%s: weights do not tell the size of the images, and LlamaGen %s was published in"
                  + " several; name the file as published, such as c2i_B_256.pt, or give block_size"
                  + " in a config.json")
              .formatted(checkpoint.path(), published()));
    }
    return only;
  }
}
