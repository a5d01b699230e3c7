package io.nextscale.var.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.var.config.CodebookForm;
import io.nextscale.var.config.PositionsConfig;
import io.nextscale.var.config.QuantizerConfig;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Configuration keys: required ones, defaults, ranges. */
class ConfigFileTest {
  private static final String VAR =
      """
      {"patch_nums": [1, 2],
       "vae": {"vocab_size": 64, "z_channels": 8, "ch": 32, "ch_mult": [1, 2], "num_res_blocks": 1},
       "transformer": {"depth": 2, "embed_dim": 24, "num_heads": 2, "num_classes": 3}}
      """;
  private static final String FLEXVAR =
      """
      {"family": "flexvar", "patch_nums": [1, 2],
       "vae": {"codebook_size": 64, "codebook_embed_dim": 8,
               "encoder_ch_mult": [1, 2], "decoder_ch_mult": [2, 1]},
       "transformer": {"depth": 2, "embed_dim": 24, "num_heads": 2, "num_classes": 3}}
      """;

  private static ModelSpec parse(String json) {
    return ConfigFile.parse("test.json", json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyPresetFileIsListed() throws URISyntaxException {
    URL folder = Objects.requireNonNull(ConfigFile.class.getResource("preset"));
    String[] files = Objects.requireNonNull(Path.of(folder.toURI()).toFile().list());
    assertThat(Arrays.stream(files).map(file -> file.replace(".json", "")))
        .containsExactlyInAnyOrderElementsOf(OfficialModels.names());
    for (String name : OfficialModels.names()) {
      assertThat(OfficialModels.preset(name).name()).isEqualTo(name);
    }
  }

  @Test
  void keysThatAreLeftOutAreAsInTheOfficialConstructors() {
    ModelSpec var = parse(VAR);
    String told =
        VAR.replace(
                "\"num_res_blocks\": 1",
                "\"num_res_blocks\": 1, \"using_sa\": true, \"using_mid_sa\": true,"
                    + " \"norm_groups\": 32, \"norm_eps\": 1e-6, \"quant_conv_ks\": 3,"
                    + " \"quant_resi\": 0.5, \"share_quant_resi\": 4, \"using_znorm\": false")
            .replace(
                "\"num_classes\": 3",
                "\"num_classes\": 3, \"mlp_ratio\": 4, \"norm_eps\": 1e-6, \"shared_aln\": false,"
                    + " \"attn_l2_norm\": true");
    assertThat(parse(told)).isEqualTo(var);
    assertThat(var.defaults())
        .isEqualTo(new SamplingDefaults(Guidance.ramp(1.5), Sampling.of(64, 0.96)));

    ModelSpec flexVar = parse(FLEXVAR);
    String flexTold =
        FLEXVAR
            .replace(
                "\"codebook_size\": 64",
                "\"codebook_size\": 64, \"z_channels\": 256, \"ch\": 128, \"num_res_blocks\": 2,"
                    + " \"using_sa\": true, \"using_mid_sa\": true, \"quant_conv_ks\": 1,"
                    + " \"codebook_l2_norm\": true")
            .replace("\"num_classes\": 3", "\"num_classes\": 3, \"pos_grid\": 32");
    assertThat(parse(flexTold)).isEqualTo(flexVar);
    assertThat(flexVar.transformer().positions()).isEqualTo(new PositionsConfig.Grid(32));
    assertThat(flexVar.tokenizer().codebook()).isEqualTo(CodebookForm.UNIT);
  }

  /** Official: 0 is PhiNonShared. */
  @Test
  void eachScaleMayHaveItsOwnPhi() {
    String none = VAR.replace("\"ch\": 32", "\"ch\": 32, \"share_quant_resi\": 0");
    assertThat(parse(none).tokenizer().quantizer())
        .isEqualTo(new QuantizerConfig.Residual(0.5, OptionalInt.empty()));
  }

  @Test
  void weightFilesMayBeNamed() {
    byte[] named = "{\"files\": {\"vae\": \"a.pth\"}}".getBytes(StandardCharsets.UTF_8);
    assertThat(ConfigFile.weightFile("test.json", named, "vae")).contains("a.pth");
    assertThat(ConfigFile.weightFile("test.json", named, "transformer")).isEmpty();
    byte[] none = VAR.getBytes(StandardCharsets.UTF_8);
    assertThat(ConfigFile.weightFile("test.json", none, "vae")).isEmpty();
  }

  /** Python's round: halves go to the even neighbour. */
  @Test
  void theHiddenWidthIsRounded() {
    String half = "\"num_classes\": 3, \"mlp_ratio\": ";
    assertThat(parse(VAR.replace("\"num_classes\": 3", half + "2.1875")).transformer())
        .extracting("hiddenWidth")
        .isEqualTo(52);
    assertThat(parse(VAR.replace("\"num_classes\": 3", half + "2.2291666666666665")).transformer())
        .extracting("hiddenWidth")
        .isEqualTo(54);
  }

  @Test
  void settingsOfRequestsReplaceThoseOfTheFamily() {
    String given =
        """
        {"sampling_defaults": {"cfg": 2, "top_k": 0, "top_p": 0.5, "more_smooth": true},""";
    SamplingDefaults defaults = parse(VAR.replaceFirst("\\{", given)).defaults();
    assertThat(defaults.guidance()).isEqualTo(Guidance.ramp(2));
    assertThat(defaults.sampling()).isEqualTo(Sampling.all().withTopP(0.5).withSmooth(true));
    assertThat(defaults.sampling().topK()).isEmpty();
    assertThatThrownBy(
            () -> parse(VAR.replaceFirst("\\{", given.replace("\"top_k\": 0", "\"top_k\": 65"))))
        .isInstanceOf(ModelException.class)
        .hasMessage("test.json: top-k 65: expected 1 to 64, the codes of the model");
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    assertRefused("\"depth\": 2", "\"depth\": 0", "depth 0: expected 1 to 256");
    assertRefused("\"num_heads\": 2", "\"num_heads\": 5", "embed_dim 24: expected a multiple");
    assertRefused("\"ch\": 32", "\"ch\": 33", "ch 33 · ch_mult 1: expected a multiple of");
    assertRefused("\"ch\": 32", "\"ch\": 32, \"quant_conv_ks\": 2", "2: expected an odd number");
    assertRefused("\"ch\": 32", "\"ch\": 32, \"norm_eps\": 0", "norm_eps 0.0: expected above 0");
    assertRefused(
        "\"ch\": 32", "\"ch\": 32, \"share_quant_resi\": -1", "share_quant_resi -1: expected");
    assertRefused("\"depth\": 2", "\"depth\": 2, \"mlp_ratio\": \"4\"", "mlp_ratio is 4");
    assertRefused("{\"patch", "{\"image_size\": 8, \"patch", "image_size 8: the last of");
    assertRefused("{\"patch", "{\"family\": \"mar\", \"patch", "family \"mar\": expected");
    String grid = FLEXVAR.replace("\"depth\": 2", "\"depth\": 2, \"pos_grid\": 0");
    assertThatThrownBy(() -> parse(grid))
        .isInstanceOf(ModelException.class)
        .hasMessage("test.json: pos_grid 0: expected 1 to 1024");
  }

  private static void assertRefused(String from, String to, String message) {
    assertThat(VAR).contains(from);
    assertThatThrownBy(() -> parse(VAR.replace(from, to)))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("test.json")
        .hasMessageContaining(message);
  }
}
