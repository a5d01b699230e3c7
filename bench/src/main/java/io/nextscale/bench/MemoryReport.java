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
 * What the first request takes beside the weights, right after loading; in bytes. Measured are also
 * Java's compiler, oneDNN's descriptions of its kernels and their code, some tens of MiB; not
 * measured is what fits into blocks that the loading freed and the process kept (in bfloat16, that
 * of a float32 weight).
 *
 * @param images of the request, guided
 * @param loaded resident with the model loaded: weights, Java, libtorch and what it holds in store
 * @param peak resident at most during the request
 * @param cache counted: keys and values of all positions
 * @param logits counted: those of the last scale, float32, computed after guidance
 * @param hidden counted: the widest activation of the last scale
 * @param maps counted: three of the decoder's largest feature maps
 */
record MemoryReport(
    int images, long loaded, long peak, long cache, long logits, long hidden, long maps) {
  private static final int MAPS_AT_ONCE = 3;

  /** Makes the images and counts. */
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

  /** Measured beside the loaded model. */
  long above() {
    return peak - loaded;
  }

  /** Counted: the larger of loop and decode, which follow each other. */
  long counted() {
    return Math.max(cache + logits + hidden, maps);
  }

  Map<String, Object> json() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("images", images);
    map.put("loaded_bytes", loaded);
    map.put("peak_bytes", peak);
    map.put("above_loaded_bytes", above());
    map.put("counted_bytes", counted());
    map.put("counted_cache_bytes", cache);
    map.put("counted_logits_bytes", logits);
    map.put("counted_hidden_bytes", hidden);
    map.put("counted_decoder_maps_bytes", maps);
    return map;
  }
}
