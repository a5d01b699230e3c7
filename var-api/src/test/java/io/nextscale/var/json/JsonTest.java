package io.nextscale.var.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsEveryKindOfValue() {
    Object value =
        Json.parse(
            " {\"a\" : [1, -2.5e-1, 0, -0.0, 9223372036854775807],\t\"b\":{\"c\":null},\r\n"
                + "\"d\":true,\"e\":false,\"f\":\"\\\"\\\\\\/\\b\\f\\n"
                + "\\r"
                + "\\t\\u00e9 é \\ud83d\\ude00\"} ");
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("a", List.of(1L, -0.25, 0L, -0.0, Long.MAX_VALUE));
    Map<String, Object> inner = new LinkedHashMap<>();
    inner.put("c", null);
    expected.put("b", inner);
    expected.put("d", true);
    expected.put("e", false);
    expected.put("f", "\"\\/\b\f\n\r\té é 😀");
    assertThat(value).isEqualTo(expected);
    assertThat(((Map<?, ?>) value).keySet().toString()).isEqualTo("[a, b, d, e, f]");
  }

  @Test
  void readsBytesAndSegments() {
    byte[] utf8 = "[\"ä\"]".getBytes(StandardCharsets.UTF_8);
    assertThat(Json.parse(utf8)).isEqualTo(List.of("ä"));
    assertThat(Json.parse(MemorySegment.ofArray(utf8))).isEqualTo(List.of("ä"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "01",
        "1.",
        ".5",
        "+1",
        "-",
        "1e",
        "1e+",
        "--1",
        "0x10",
        "NaN",
        "Infinity",
        "1e999",
        "9223372036854775808",
        "tru",
        "nul",
        "True",
        "[] []",
        "\"",
        "\"\\",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\ude00\"",
        "\"\\ud800\\u0041\"",
        "\"\n\"",
        "\"\u0000\"",
        "{\"a\":1,\"a\":2}",
        "{\"a\":null,\"\\u0061\":2}",
        "{1:2}",
        "[1 2]",
        "//x\n1",
        "\ufeff1",
        "\ud800"
      })
  void refuses(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonException.class);
  }

  @Test
  void refusesInvalidUtf8() {
    byte[] overlong = {'"', (byte) 0xc0, (byte) 0x80, '"'};
    byte[] surrogate = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
    byte[] cut = {'"', (byte) 0xe2, (byte) 0x82, '"'};
    byte[] ends = {'"', (byte) 0xff};
    for (byte[] bytes : List.of(overlong, surrogate, cut, ends)) {
      assertThatThrownBy(() -> Json.parse(bytes)).isInstanceOf(JsonException.class);
    }
  }

  @Test
  void saysWhere() {
    JsonException e =
        catchThrowableOfType(JsonException.class, () -> Json.parse("{\n  \"ä\": [1, x]\n}"));
    assertThat(e.line()).isEqualTo(2);
    assertThat(e.column()).isEqualTo(12);
    assertThat(e.offset()).isEqualTo(14);
    assertThat(e).hasMessage("expected a value, found 'x' at line 2, column 12 (byte 14)");
  }

  @Test
  void limitsDepthAndHeap() {
    assertThat(Json.parse("[".repeat(64) + "]".repeat(64))).isInstanceOf(List.class);
    assertThatThrownBy(() -> Json.parse("[".repeat(65) + "]".repeat(65)))
        .hasMessageContaining("more than 64 nested");
    assertThatThrownBy(() -> Json.parse("[".repeat(1_000_000))).isInstanceOf(JsonException.class);
    String lists = "[" + "[],".repeat(2_000_000) + "[]]";
    assertThatThrownBy(() -> Json.parse(lists)).hasMessageContaining("20 MiB of heap");
  }

  @Test
  void writesWhatItReads() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("text", "\"\\\n\t\u0001\u007f é 😀");
    value.put("numbers", Arrays.asList(1L, -2.5, 1e-300, Long.MIN_VALUE, null));
    value.put("empty", List.of(Map.of(), List.of(), ""));
    value.put("flags", List.of(true, false));
    assertThat(Json.parse(Json.write(value))).isEqualTo(value);
    assertThat(Json.write(Map.of("a", List.of(1, 2.5f)))).isEqualTo("{\"a\":[1,2.5]}");
  }

  @Test
  void refusesToWriteWhatIsNotJson() {
    List<Object> own = new ArrayList<>();
    own.add(own);
    for (Object value :
        List.of(
            Double.NaN,
            Float.NEGATIVE_INFINITY,
            '\u0001',
            "\ud800",
            own,
            Map.of(1, 2),
            new long[0])) {
      assertThatThrownBy(() -> Json.write(value)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
