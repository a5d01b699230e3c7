package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.EDITS;
import static io.nextscale.serve.ServedDemo.GENERATIONS;
import static io.nextscale.serve.ServedDemo.at;
import static io.nextscale.serve.ServedDemo.decoded;
import static io.nextscale.serve.ServedDemo.image;
import static io.nextscale.serve.ServedDemo.png;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.GenerationRequest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The endpoints in OpenAI's shape, over HTTP. */
class ImageEndpointsTest {
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
  void anImageIsThatOfTheLibrary() throws IOException, InterruptedException {
    HttpResponse<String> response =
        demo.post(
            GENERATIONS,
            """
            {"prompt": "bird", "nextscale": {"seed": 7, "cfg": 2.0, "top_k": 50}, "unknown": []}""");
    byte[] library =
        demo.generators
            .getFirst()
            .generate(
                GenerationRequest.of("bird")
                    .seed(7)
                    .cfg(2)
                    .sampling(
                        demo.generators
                            .getFirst()
                            .spec()
                            .defaults()
                            .sampling()
                            .withTopK(java.util.OptionalInt.of(50)))
                    .build())
            .images()
            .getFirst()
            .toPng();
    assertThat(image(response, 0)).isEqualTo(library);
    assertThat((Long) at(response.body(), "created")).isPositive();
    assertThat(at(response.body(), "size")).isEqualTo("64x64");
    assertThat(at(response.body(), "data", 0, "revised_prompt")).isEqualTo("bird");
  }

  @Test
  void parametersMayStandInTheQuery() throws IOException, InterruptedException {
    byte[] body =
        image(demo.post(GENERATIONS, "{\"prompt\":\"bird\",\"nextscale\":{\"seed\":3}}"), 0);
    assertThat(image(demo.post(GENERATIONS + "?seed=3", "{\"prompt\":\"bird\"}"), 0))
        .isEqualTo(body);
  }

  @Test
  void severalClassesAndCountsGiveSeveralImages() throws IOException, InterruptedException {
    HttpResponse<String> response =
        demo.post(GENERATIONS, "{\"prompt\":\"bird, heart\",\"n\":2,\"seed\":5}");
    List<?> data = (List<?>) at(response.body(), "data");
    assertThat(data).hasSize(4);
    assertThat(at(response.body(), "data", 3, "revised_prompt")).isEqualTo("heart");
    assertThat(image(response, 1)).as("image i has seed + i").isNotEqualTo(image(response, 0));
  }

  @Test
  void previewsComeInOrderBeforeTheImage() throws IOException, InterruptedException {
    HttpResponse<String> response =
        demo.post(
            GENERATIONS, "{\"prompt\":\"bird\",\"stream\":true,\"partial_images\":3,\"seed\":1}");
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    List<String> names = new ArrayList<>();
    List<String> data = new ArrayList<>();
    for (String line : response.body().lines().toList()) {
      if (line.startsWith("event: ")) {
        names.add(line.substring(7));
      } else if (line.startsWith("data: ")) {
        data.add(line.substring(6));
      }
    }
    assertThat(names)
        .containsExactly(
            "image_generation.partial_image",
            "image_generation.partial_image",
            "image_generation.partial_image",
            "image_generation.completed");
    for (int i = 0; i < data.size(); i++) {
      assertThat(at(data.get(i), "type")).isEqualTo(names.get(i));
      assertThat(decoded(Base64.getDecoder().decode((String) at(data.get(i), "b64_json"))))
          .isNotNull();
    }
    assertThat(data.subList(0, 3).stream().map(d -> at(d, "partial_image_index")).toList())
        .as("OpenAI counts the previews from 0")
        .isEqualTo(List.of(0L, 1L, 2L));
    assertThat(Base64.getDecoder().decode((String) at(data.getLast(), "b64_json")))
        .isEqualTo(image(demo.post(GENERATIONS, "{\"prompt\":\"bird\",\"seed\":1}"), 0));
  }

  @Test
  void transparentPixelsOfTheMaskAreEdited() throws IOException, InterruptedException {
    byte[] original = image(demo.post(GENERATIONS, "{\"prompt\":\"bird\",\"seed\":1}"), 0);
    HttpResponse<String> response =
        demo.form(
            EDITS,
            Map.of(
                "image",
                original,
                "mask",
                png(Pixels.maskOfRightHalf()),
                "prompt",
                "heart",
                "nextscale",
                "{\"seed\":9}"));
    BufferedImage edited = decoded(image(response, 0));
    BufferedImage before = decoded(original);
    assertThat(Pixels.change(before, edited, 40, 64))
        .isGreaterThan(3 * Pixels.change(before, edited, 0, 24));
  }

  @Test
  void imagesAreRefinedAndExpanded() throws IOException, InterruptedException {
    String flexvar = demo.generators.get(1).spec().name();
    byte[] small =
        image(
            demo.post(
                GENERATIONS,
                "{\"model\":\"%s\",\"prompt\":\"bird\",\"size\":\"64x64\"}".formatted(flexvar)),
            0);
    for (Map<String, ?> own :
        List.of(
            Map.of("mode", "refine", "size", "128x128"),
            Map.of("mode", "expand", "size", "128x64"))) {
      Map<String, Object> parts = new java.util.LinkedHashMap<>(own);
      parts.putAll(Map.of("model", flexvar, "prompt", "bird", "image", small));
      HttpResponse<String> response = demo.form(EDITS, parts);
      BufferedImage larger = decoded(image(response, 0));
      assertThat(larger.getWidth() + "x" + larger.getHeight()).isEqualTo(own.get("size"));
    }
  }

  @Test
  void modelsHealthAndFiguresAreListed() throws IOException, InterruptedException {
    String models = demo.get("/v1/models").body();
    assertThat(at(models, "object")).isEqualTo("list");
    assertThat((List<?>) at(models, "data")).hasSize(2);
    assertThat(at(models, "data", 0, "object")).isEqualTo("model");
    assertThat(at(demo.get("/health").body(), "status")).isEqualTo("ok");
    assertThat(demo.post("/health", "").headers().firstValue("Allow")).contains("GET, HEAD");
    image(demo.post(GENERATIONS, "{\"prompt\":\"bird\"}"), 0);
    assertThat(demo.metric("nextscale_images_total")).isPositive();
    assertThat(demo.get("/metrics").body().lines())
        .allMatch(line -> line.matches("# (HELP|TYPE) .+|\\w+(\\{.+})? -?[0-9.E]+"));
  }

  @Test
  void textsOfTheRequestAreShortenedInMessages() throws IOException, InterruptedException {
    for (String name : List.of("size", "scales", "model", "guidance")) {
      HttpResponse<String> response =
          demo.post(
              GENERATIONS,
              "{\"prompt\":\"bird\",\"%s\":\"%s\"}".formatted(name, "x\\u0007".repeat(9000)));
      assertThat(response.statusCode()).isIn(400, 404);
      String message = (String) at(response.body(), "error", "message");
      assertThat(message).contains(name).hasSizeLessThan(1000).doesNotContain("\u0007");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                      | 400 | prompt  | prompt is missing",
        "{\"prompt\":\"birb\"}                   | 400 | prompt  | did you mean bird",
        "{\"prompt\":\"bird\",\"n\":11}          | 400 | n       | from 1 to 10",
        "{\"prompt\":\"bird\",\"n\":\"x\"}       | 400 | n       | integer",
        "{\"prompt\":\"bird\",\"size\":\"9x9\"}  | 400 | size    | 9x9",
        "{\"prompt\":\"bird\",\"stream\":true,\"partial_images\":9} | 400 | partial_images | from 0 to 3",
        "{\"prompt\":\"bird\",\"stream\":true,\"all_scales\":\"x\"} | 400 | all_scales | true or false",
        "{\"prompt\":\"0,1,0,1,0,1,0,1,0,1,birb\"} | 400 | n | 11 classes",
        "{\"prompt\":\"bird\",\"cfg\":-1}        | 400 | cfg     | -1",
        "{\"prompt\":\"bird\",\"top_p\":2}       | 400 | sampling | 2",
        "{\"prompt\":\"bird\",\"model\":\"m\"}   | 404 | model   | expected one of",
        "{\"prompt\":\"bird\",\"nextscale\":[]}  | 400 | nextscale | object",
        "[1]                                     | 400 | body    | JSON object",
        "{\"prompt\":                            | 400 | body    | not valid JSON",
        "{\"prompt\":\"bird\",\"n\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa😀\"}"
            + " | 400 | n | integer",
      })
  void wrongFieldsAreNamed(String json, int status, String param, String message)
      throws IOException, InterruptedException {
    HttpResponse<String> response = demo.post(GENERATIONS, json);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(at(response.body(), "error", "type")).isEqualTo("invalid_request_error");
    assertThat(at(response.body(), "error", "param")).isEqualTo(param);
    assertThat((String) at(response.body(), "error", "message")).contains(message);
    assertThat(((Map<?, ?>) at(response.body(), "error")).keySet().toString())
        .isEqualTo("[message, type, param, code]");
  }
}
