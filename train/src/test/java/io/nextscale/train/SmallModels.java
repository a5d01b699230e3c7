package io.nextscale.train;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.model.ConfigFile;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.tokenizer.VqVae;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** Models of a few thousand weights, one of each family, for images of 6 pixels a side. */
public final class SmallModels {
  /** Side of their images. */
  public static final int SIZE = 6;

  private static final Map<String, String> CONFIGS =
      Map.of(
          "var",
          """
          {"family": "var", "name": "small", "patch_nums": [1, 2, 3],
           "vae": {"vocab_size": 16, "z_channels": 4, "ch": 8, "ch_mult": [1, 1],
                   "num_res_blocks": 1, "norm_groups": 4},
           "transformer": {"num_classes": 2, "depth": 2, "embed_dim": 16, "num_heads": 2}}
          """,
          "flexvar",
          """
          {"family": "flexvar", "name": "small", "patch_nums": [1, 2, 3],
           "vae": {"codebook_size": 16, "codebook_embed_dim": 4, "z_channels": 8, "ch": 8,
                   "encoder_ch_mult": [1, 1], "decoder_ch_mult": [1, 1], "num_res_blocks": 1,
                   "norm_groups": 4},
           "transformer": {"num_classes": 2, "depth": 2, "embed_dim": 16, "num_heads": 2,
                           "pos_grid": 4, "shared_aln": true}}
          """);

  private SmallModels() {}

  /** The model of a family, {@code var} or {@code flexvar}. */
  public static ModelSpec spec(String family) {
    String json = Objects.requireNonNull(CONFIGS.get(family), family);
    return ConfigFile.parse(family, json.getBytes(StandardCharsets.UTF_8));
  }

  /** Its tokenizer with some weights, in the open scope. */
  public static VqVae tokenizer(ModelSpec spec, WeightSource weights) {
    WeightReader reader = new WeightReader(weights, Device.CPU, DType.FLOAT32);
    return VqVae.read(reader, spec.tokenizer(), spec.scales());
  }
}
