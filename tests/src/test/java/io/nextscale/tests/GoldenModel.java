package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.TokenMaps;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** A model of the shared reference data, and the tensors that the official code computed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class GoldenModel {
  private final String name;
  private Fixture golden;
  private ModelSource source;
  private ImageGenerator generator;

  /** A model of a folder below {@code golden}. */
  GoldenModel(String name) {
    this.name = name;
  }

  /** The weights in the folder. */
  abstract ModelSource source(Path folder);

  @BeforeAll
  void load() {
    golden = new Fixture(Fixture.shared().resolve("golden/" + name));
    source = source(golden.folder());
    generator = ImageGenerator.load(source);
  }

  @AfterAll
  void close() {
    golden.close();
    generator.close();
  }

  final Fixture golden() {
    return golden;
  }

  final ModelSource source() {
    return source;
  }

  final ImageGenerator generator() {
    return generator;
  }

  /** The tokens of the teacher-forced pass. */
  final TokenMaps truth() {
    return new TokenMaps(generator.spec().scales(), golden.rows("tf.tokens"));
  }

  /** The classes of the teacher-forced pass. */
  final List<String> labels() {
    return Arrays.stream(golden.longs("tf.labels")).mapToObj(Long::toString).toList();
  }

  /** Reads the network's weights in float32. */
  static WeightReader reader(OpenModel files) {
    return new WeightReader(files.transformerWeights(), Device.CPU, DType.FLOAT32);
  }

  /** Runs last: a reference tensor that no test reads would be a gap. */
  @Test
  @Order(Integer.MAX_VALUE)
  void everyReferenceTensorWasUsed() {
    assertThat(golden.unused()).isEmpty();
  }
}
