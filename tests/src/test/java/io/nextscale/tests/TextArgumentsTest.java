package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Operator;
import io.nextscale.torch.OperatorProfile;
import io.nextscale.torch.cpu.OneDnn;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.image.PixelArray;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * libtorch never frees its copy of a text argument, so nothing that a server does again and again
 * calls an operator with one (docs/experiments/0057-text-arguments.md).
 */
class TextArgumentsTest {
  @ParameterizedTest
  @CsvSource({
    DemoModel.VAR + ", FLOAT32",
    DemoModel.VAR + ", BFLOAT16",
    DemoModel.FLEXVAR + ", FLOAT32",
  })
  void imagesAndTokensAreMadeWithoutTexts(String model, DType dtype) {
    assumeTrue(
        OneDnn.isAvailable(dtype), "libtorch computes GELU with a text where oneDNN lacks it");
    Map<String, String> schemas = schemas();
    try (ImageGenerator generator =
            ImageGenerator.load(DemoModel.source(model), new LoadOptions(Device.CPU, dtype));
        OperatorProfile profile = OperatorProfile.start()) {
      PixelArray image =
          generator.generate(GenerationRequest.of(1).cfg(2).build()).images().getFirst().pixels();
      generator.tokenize(List.of(image));
      List<String> called =
          profile.entries().stream().map(OperatorProfile.Entry::operator).toList();
      assertThat(called).contains("linalg_norm", "_pad_enum", "linear (oneDNN)");
      assertThat(called)
          .filteredOn(schemas::containsKey) // the others are functions of the ABI
          .hasSizeGreaterThan(20)
          .map(schemas::get)
          .noneMatch(schema -> schema.matches(".*\\bstr\\b.*"));
    }
  }

  /** The schemas of libtorch's operators by their names as in a profile. */
  private static Map<String, String> schemas() {
    try (InputStream in = Operator.class.getResourceAsStream("operators.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.contains("("))
          .collect(
              Collectors.toMap(
                  line -> line.substring(0, line.indexOf('(')).replaceFirst("^aten::", ""),
                  line -> line.substring(0, line.indexOf("->"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
