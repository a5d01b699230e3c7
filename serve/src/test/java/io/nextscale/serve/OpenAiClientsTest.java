package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientImpl;
import com.openai.core.ClientOptions;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.model.openai.OpenAiImageModel;
import io.nextscale.var.GenerationRequest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.ai.openai.OpenAiImageOptions;
import org.springframework.ai.openai.http.okhttp.SpringAiOpenAiHttpClient;

/** The clients of LangChain4j, Spring AI and OpenAI, unchanged but for the address. */
class OpenAiClientsTest {
  private static ServedDemo demo;
  private static OpenAIClient openAi;

  @BeforeAll
  static void start() throws IOException {
    demo = ServedDemo.start(options -> options.withToken("key"), 16);
    openAi = openAi();
  }

  @AfterAll
  static void close() {
    openAi.close();
    demo.close();
  }

  private static OpenAiImageModel langChain4j() {
    return OpenAiImageModel.builder()
        .baseUrl(demo.uri("/v1").toString())
        .apiKey("key")
        .modelName("gpt-image-1")
        .maxRetries(0)
        .customQueryParams(Map.of("seed", "1"))
        .build();
  }

  private static org.springframework.ai.openai.OpenAiImageModel springAi() {
    OpenAiImageOptions.Builder options = OpenAiImageOptions.builder();
    options.baseUrl(demo.uri("/v1").toString());
    options.apiKey("key");
    options.model("gpt-image-1");
    options.maxRetries(0);
    return org.springframework.ai.openai.OpenAiImageModel.builder()
        .options(options.build())
        .build();
  }

  /** OpenAI's own client, which Spring AI uses; Spring AI itself has no edits and no streams. */
  private static OpenAIClient openAi() {
    return new OpenAIClientImpl(
        ClientOptions.builder()
            .httpClient(SpringAiOpenAiHttpClient.builder().build())
            .baseUrl(demo.uri("/v1").toString())
            .apiKey("key")
            .maxRetries(0)
            .build());
  }

  private static byte[] bird() {
    return demo.generators
        .getFirst()
        .generate(GenerationRequest.of("bird").seed(1).build())
        .images()
        .getFirst()
        .toPng();
  }

  private static void requireEdited(byte[] edited) throws IOException {
    BufferedImage before = ServedDemo.decoded(bird());
    BufferedImage after = ServedDemo.decoded(edited);
    assertThat(Pixels.change(before, after, 40, 64))
        .isGreaterThan(3 * Pixels.change(before, after, 0, 24));
  }

  @Test
  void langChain4jGenerates() throws IOException {
    OpenAiImageModel model = langChain4j();
    Image image = model.generate("bird").content();
    byte[] png = Base64.getDecoder().decode(image.base64Data());
    assertThat(ServedDemo.decoded(png).getWidth()).isEqualTo(64);
    assertThat(model.generate("bird", 2).content()).hasSize(2);
    assertThat(model.generate("bird").content().base64Data())
        .as("the seed in the query")
        .isEqualTo(image.base64Data());
  }

  private static Image image(byte[] png) {
    return Image.builder()
        .base64Data(Base64.getEncoder().encodeToString(png))
        .mimeType("image/png")
        .build();
  }

  @Test
  void langChain4jEdits() throws IOException {
    Image edited =
        langChain4j().edit(image(bird()), image(png(Pixels.maskOfRightHalf())), "heart").content();
    requireEdited(Base64.getDecoder().decode(edited.base64Data()));
  }

  @Test
  void langChain4jReportsErrors() {
    assertThatThrownBy(() -> langChain4j().generate("birb"))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("did you mean bird");
    assertThatThrownBy(() -> langChain4j().edit(image(bird()), "heart"))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("mask is missing");
    assertThatThrownBy(
            () ->
                langChain4j()
                    .edit(image(new byte[9]), image(png(Pixels.maskOfRightHalf())), "heart"))
        .isInstanceOf(HttpException.class)
        .extracting(failure -> ((HttpException) failure).statusCode())
        .isEqualTo(400);
  }

  @Test
  void springAiGenerates() throws IOException {
    ImageResponse response = springAi().call(new ImagePrompt("bird"));
    String data = response.getResult().getOutput().getB64Json();
    assertThat(ServedDemo.decoded(Base64.getDecoder().decode(data)).getWidth()).isEqualTo(64);
    assertThat(List.of(response.getResults())).isNotEmpty();
  }

  @Test
  void springAiReportsErrors() {
    assertThatThrownBy(() -> springAi().call(new ImagePrompt("birb")))
        .hasStackTraceContaining(BadRequestException.class.getSimpleName())
        .hasStackTraceContaining("did you mean bird");
  }

  private static ImageEditParams.Builder edit() {
    return ImageEditParams.builder().model("gpt-image-1").image(bird()).prompt("heart");
  }

  @Test
  void openAisClientEdits() throws IOException {
    ImagesResponse response =
        openAi.images().edit(edit().mask(png(Pixels.maskOfRightHalf())).build());
    String data = response.data().orElseThrow().getFirst().b64Json().orElseThrow();
    requireEdited(Base64.getDecoder().decode(data));
  }

  @Test
  void openAisClientReportsTheFieldOfAnError() {
    assertThatThrownBy(() -> openAi.images().edit(edit().build()))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            failure -> {
              assertThat(failure.param()).contains("mask");
              assertThat(failure.code()).contains("missing");
              assertThat(failure.type()).contains("invalid_request_error");
            });
  }

  @Test
  void openAisClientFollowsAStream() throws IOException {
    ImageGenerateParams params =
        ImageGenerateParams.builder()
            .model("gpt-image-1")
            .prompt("bird")
            .partialImages(3)
            .putAdditionalQueryParam("seed", "1")
            .build();
    List<ImageGenStreamEvent> events;
    try (StreamResponse<ImageGenStreamEvent> stream = openAi.images().generateStreaming(params)) {
      events = stream.stream().toList();
    }
    assertThat(events).hasSize(4);
    assertThat(events.subList(0, 3).stream().map(OpenAiClientsTest::indexOfPreview))
        .containsExactly(0L, 1L, 2L);
    String last = events.getLast().asGenerationCompleted().b64Json();
    assertThat(Base64.getDecoder().decode(last)).isEqualTo(bird());
  }

  private static long indexOfPreview(ImageGenStreamEvent event) {
    return event.asGenerationPartialImage().partialImageIndex();
  }
}
