package io.nextscale.var.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays seeds; searches for crashes if JAZZER_FUZZ=1 is set. */
class JsonFuzzTest {
  @MethodSource("texts")
  @FuzzTest(maxDuration = "1m")
  void anyText(byte[] utf8) {
    Object value;
    try {
      value = Json.parse(utf8);
    } catch (JsonException e) {
      assertThat(e.offset()).isBetween(0L, (long) utf8.length);
      return;
    }
    assertThat(Json.parse(Json.write(value))).isEqualTo(value);
  }

  static Stream<byte[]> texts() {
    return Stream.of(
            "", "{\"a\":[1,-2.5e3,true,null,\"\\u00e9 é\"],\"b\":{}}", "[[[", "\"\\ud83d\\ude00\"")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }
}
