package io.nextscale.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.errors.BadRequestException;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.model.openai.OpenAiImageModel;
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

/** OpenAI's clients of LangChain4j and Spring AI, unchanged but for the address. */
class OpenAiClientsTest {
  private static ServedDemo demo;

  @BeforeAll
  static void start() throws IOException {
    demo = ServedDemo.start(options -> options.withToken("key"), 16);
  }

  @AfterAll
  static void close() {
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
    return new org.springframework.ai.openai.OpenAiImageModel(options.build());
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

  @Test
  void langChain4jReportsErrors() {
    assertThatThrownBy(() -> langChain4j().generate("birb"))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("did you mean bird");
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
}
