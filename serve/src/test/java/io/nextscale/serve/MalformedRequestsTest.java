package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.EDITS;
import static io.nextscale.serve.ServedDemo.GENERATIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Torch;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random damage of JSON texts and forms: never a status of 500 and above, and nothing is left. The
 * number of requests is that of the system property {@code nextscale.fuzz}.
 */
class MalformedRequestsTest {
  private static final int COUNT = Integer.getInteger("nextscale.fuzz", 300);

  /** No class of the model, so that a request that damage left whole does not compute. */
  private static final String JSON =
      "{\"prompt\":\"zzzz\",\"n\":2,\"size\":\"64x64\",\"stream\":true,\"partial_images\":3,"
          + "\"output_format\":\"png\",\"response_format\":\"b64_json\",\"user\":\"\\u00e9\\ud83d\\ude00\","
          + "\"nextscale\":{\"seed\":1,\"cfg\":1.5,\"guidance\":\"ramp\",\"top_k\":10,\"top_p\":0.9,"
          + "\"steps\":8,\"scales\":\"1,2,3\"}}";

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "1e999",
          "9223372036854775808",
          "\"\\ud800\"",
          "[]",
          "{}",
          "\"\"",
          "[[[[[[[[]]]]]]]]",
          "\"" + "😀".repeat(40) + "\"",
          "NaN",
          "0.5",
          "\"\\u0000\"");

  private static ServedDemo demo;

  @BeforeAll
  static void start() throws IOException {
    demo = ServedDemo.startBoth();
  }

  @AfterAll
  static void close() {
    demo.close();
  }

  @Test
  void jsonTextsGive4xx() throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(1);
    Map<Integer, Integer> statuses = new TreeMap<>();
    for (int i = 0; i < COUNT; i++) {
      byte[] body =
          i % 2 == 0 ? damaged(JSON.getBytes(StandardCharsets.UTF_8), random) : otherValue(random);
      count(statuses, send(GENERATIONS, "application/json", body), body);
    }
    assertThat(statuses.keySet()).as(statuses.toString()).allMatch(s -> s >= 400 && s < 500);
  }

  @Test
  void formsGive4xx() throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(2);
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("prompt", "zzzz");
    parts.put("mode", "inpaint");
    parts.put("nextscale", "{\"seed\":1}");
    parts.put("image", ServedDemo.png(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB)));
    parts.put("mask", ServedDemo.png(new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB)));
    byte[] form = ServedDemo.formBody(parts);
    Map<Integer, Integer> statuses = new TreeMap<>();
    for (int i = 0; i < COUNT; i++) {
      byte[] body = damaged(form, random);
      String path = i % 3 == 0 ? "/nextscale/tokenize?model=zzzz" : EDITS;
      String type =
          i % 17 == 0 ? "multipart/form-data" : "multipart/form-data; boundary=----test-boundary";
      count(statuses, send(path, type, body), body);
    }
    assertThat(statuses.keySet()).as(statuses.toString()).allMatch(s -> s >= 400 && s < 500);
  }

  @Test
  void tokenMapsOfStrangersGive4xx() throws IOException, InterruptedException {
    for (String body :
        List.of(
            "{\"scales\":\"1,2\",\"tokens\":[1,2,3,4,5],\"place\":0}",
            "{\"scales\":\"1\",\"tokens\":[-9223372036854775808],\"place\":0}",
            "{\"scales\":\"1,999999\",\"tokens\":[1],\"place\":0}",
            "{\"scales\":1,\"tokens\":[1]}",
            "{\"tokens\":[1]}",
            "{\"scales\":\"1\",\"tokens\":[1,2],\"place\":-1}")) {
      HttpResponse<String> response = demo.post("/nextscale/influence", body);
      assertThat(response.statusCode()).as(body + response.body()).isEqualTo(400);
    }
  }

  /** Files that would be small and images that would be huge. */
  @Test
  void imagesThatWouldBeHugeAreRefused() throws IOException, InterruptedException {
    long before = Torch.liveTensors();
    byte[] bomb = ServedDemo.png(new BufferedImage(15_000, 15_000, BufferedImage.TYPE_BYTE_BINARY));
    for (String path : List.of(EDITS, "/nextscale/tokenize")) {
      HttpResponse<String> response =
          demo.form(path, Map.of("image", bomb, "prompt", "bird", "box", "0,0,1,1"));
      assertThat(response.statusCode()).as(response.body()).isIn(400, 413);
      assertThat(response.body()).contains("pixels");
    }
    String flexvar = demo.generators.get(1).spec().name();
    HttpResponse<String> large =
        demo.post(
            GENERATIONS,
            "{\"prompt\":\"0\",\"model\":\"%s\",\"size\":\"4096x4096\"}".formatted(flexvar));
    assertThat(large.statusCode()).as(large.body()).isEqualTo(400);
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  private static void count(
      Map<Integer, Integer> statuses, HttpResponse<String> response, byte[] body) {
    statuses.merge(response.statusCode(), 1, Integer::sum);
    assertThat(response.statusCode())
        .as("%s for %s", response.body(), new String(body, StandardCharsets.UTF_8))
        .isBetween(400, 499);
  }

  private static HttpResponse<String> send(String path, String type, byte[] body)
      throws IOException, InterruptedException {
    return demo.client.send(
        demo.request(path)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Cuts, repeats or changes some bytes. */
  private static byte[] damaged(byte[] body, SplittableRandom random) {
    byte[] result = body.clone();
    for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
      int at = random.nextInt(result.length);
      switch (random.nextInt(4)) {
        case 0 -> result[at] = (byte) random.nextInt(256);
        case 1 -> result = Arrays.copyOf(result, Math.max(1, at));
        case 2 -> {
          byte[] longer = Arrays.copyOf(result, result.length + at);
          System.arraycopy(result, 0, longer, result.length, at);
          result = longer;
        }
        default -> result[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return result;
  }

  /** A valid text with a value of another kind. */
  private static byte[] otherValue(SplittableRandom random) {
    Map<String, String> fields = new HashMap<>();
    for (String name :
        List.of(
            "n",
            "size",
            "stream",
            "partial_images",
            "output_format",
            "nextscale",
            "seed",
            "cfg",
            "top_k",
            "top_p",
            "steps",
            "scales",
            "model",
            "temperature",
            "dtype")) {
      if (random.nextInt(4) == 0) {
        fields.put(name, VALUES.get(random.nextInt(VALUES.size())));
      }
    }
    StringBuilder text = new StringBuilder("{\"prompt\":\"zzzz\"");
    fields.forEach((name, value) -> text.append(",\"%s\":%s".formatted(name, value)));
    return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }
}
