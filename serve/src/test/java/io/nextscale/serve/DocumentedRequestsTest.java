package io.nextscale.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.GenerationRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The requests that docs/SERVE.md shows. */
class DocumentedRequestsTest {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  private static ServedDemo demo;

  @BeforeAll
  static void start() throws IOException {
    demo = ServedDemo.startBoth();
  }

  @AfterAll
  static void close() {
    demo.close();
  }

  private static byte[] bird() {
    GenerationRequest request = GenerationRequest.of("bird").seed(1).build();
    return demo.generators.getFirst().generate(request).images().getFirst().toPng();
  }

  @Test
  void theExampleGeneratesAnImage() {
    String data = LangChain4jExample.run(demo.uri("/v1").toString()).base64Data();
    assertThat(Base64.getDecoder().decode(data)).isEqualTo(bird());
  }

  static List<String> commands() throws IOException {
    List<String> commands =
        Files.readString(Path.of("..", "docs", "SERVE.md"))
            .replaceAll("\\\\\n\\s*", "")
            .lines()
            .filter(line -> line.startsWith("curl "))
            .toList();
    assertThat(commands).hasSize(3);
    return commands;
  }

  /** Sent as curl would send it. */
  @ParameterizedTest
  @MethodSource("commands")
  void aCommandIsAnswered(String command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      words.add(word.group(1) != null ? word.group(1) : word.group(2));
    }
    String path = "";
    Map<String, Object> parts = new LinkedHashMap<>();
    String data = "";
    for (int i = 1; i < words.size(); i++) {
      switch (words.get(i)) {
        case "-N" -> {}
        case "-d" -> data = words.get(++i);
        case "-F" -> addPart(parts, words.get(++i));
        default -> path = URI.create(words.get(i)).getPath();
      }
    }
    HttpRequest.Builder request =
        demo.request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(data));
    HttpResponse<String> answer = parts.isEmpty() ? demo.send(request) : demo.form(path, parts);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body())
        .contains("b64_json")
        .contains(command.contains("\"stream\"") ? "image_generation.completed" : "\"created\"");
  }

  private static void addPart(Map<String, Object> parts, String field) throws IOException {
    String[] part = field.split("=", 2);
    parts.put(
        part[0],
        switch (part[1]) {
          case "@bird.png" -> bird();
          case "@mask.png" -> ServedDemo.png(Pixels.maskOfRightHalf());
          default -> part[1];
        });
  }
}
