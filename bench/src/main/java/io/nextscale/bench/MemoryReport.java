package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The memory of the first request, right after loading, in bytes. The measured figure includes
 * Java's compiler and oneDNN's kernels. It misses allocations that fit into blocks which were freed
 * during loading and which the process kept, such as a float32 weight in bfloat16.
 *
 * @param images number of guided images in the request
 * @param loaded resident memory with the model loaded: weights, Java, libtorch and its freed blocks
 * @param peak highest resident memory during the request
 * @param cache counted: KV cache of all positions
 * @param logits counted: float32 logits of the last scale, after guidance
 * @param hidden counted: the widest activation of the last scale
 * @param featureMaps counted: three of the decoder's largest feature maps
 */
record MemoryReport(
    int images, long loaded, long peak, long cache, long logits, long hidden, long featureMaps) {
  private static final int MAPS_AT_ONCE = 3;

  /**
   * Runs the first request and counts its tensors.
   *
   * @param request generates the images
   * @throws IOException if the system's figures are not readable
   */
  static MemoryReport of(ModelSpec spec, DType type, int images, Runnable request)
      throws IOException {
    boolean known = ResidentMemory.isKnown();
    long loaded = known ? ResidentMemory.now() : 0;
    if (known) {
      ResidentMemory.resetPeak();
    }
    request.run();
    long peak = known ? ResidentMemory.peak() : 0;
    TransformerConfig transformer = spec.transformer();
    TokenizerConfig tokenizer = spec.tokenizer();
    Scales scales = spec.scales();
    ImageSize size = spec.imageSize();
    long rows = 2L * images;
    long element = type.byteSize();
    long last = scales.last().tokens();
    return new MemoryReport(
        images,
        loaded,
        peak,
        rows * scales.tokens() * 2 * transformer.depth() * transformer.width() * element,
        images * last * transformer.vocabularySize() * Float.BYTES,
        rows * last * Math.max(transformer.hiddenWidth(), 3 * transformer.width()) * element,
        MAPS_AT_ONCE * element * size.height() * size.width() * tokenizer.decoderChannels(0));
  }

  /** Measured memory beside the loaded model. */
  long above() {
    return peak - loaded;
  }

  /** Counted memory: the larger of loop and decode, which follow each other. */
  long counted() {
    return Math.max(cache + logits + hidden, featureMaps);
  }

  Map<String, Object> json() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("images", images);
    map.put("loaded_bytes", loaded);
    map.put("peak_bytes", peak);
    map.put("above_loaded_bytes", above());
    map.put("counted_bytes", counted());
    map.put("counted_kv_cache_bytes", cache);
    map.put("counted_logits_bytes", logits);
    map.put("counted_hidden_bytes", hidden);
    map.put("counted_feature_maps_bytes", featureMaps);
    return map;
  }
}
