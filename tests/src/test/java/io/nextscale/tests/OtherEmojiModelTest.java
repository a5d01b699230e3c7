package io.nextscale.tests;

import io.nextscale.var.model.ModelSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.condition.EnabledIf;

/** The tests of {@link DemoModelTest} on an emoji model that was trained and scored by PyTorch. */
@EnabledIf("isThere")
class OtherEmojiModelTest extends DemoModelTest {
  @Override
  ModelSource source() {
    return ModelSource.folder(reference());
  }

  @Override
  Path reference() {
    return Objects.requireNonNull(Fixture.shared()).resolve("models/emoji-var");
  }

  @Override
  List<String> labels(HeldOutEmoji heldOut) {
    return heldOut.earlierLabels();
  }

  @Override
  int classes() {
    return 19;
  }

  static boolean isThere() {
    return Fixture.sharedIsThere(OtherEmojiModelTest.class, "../models/emoji-var");
  }
}
