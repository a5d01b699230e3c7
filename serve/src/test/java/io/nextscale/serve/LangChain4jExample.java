package io.nextscale.serve;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.openai.OpenAiImageModel;
import java.util.Map;

/** The example of docs/SERVE.md. */
final class LangChain4jExample {
  private LangChain4jExample() {}

  static Image run(String address) {
    OpenAiImageModel model =
        OpenAiImageModel.builder()
            .baseUrl(address) // http://127.0.0.1:8080/v1
            .apiKey("key") // that of --token; any text without one
            .modelName("gpt-image-1")
            .customQueryParams(Map.of("seed", "1"))
            .build();
    Image image = model.generate("bird").content();
    return image;
  }
}
