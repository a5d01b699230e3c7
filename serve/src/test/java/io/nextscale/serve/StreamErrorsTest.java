package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientImpl;
import com.openai.core.ClientOptions;
import com.openai.core.http.StreamResponse;
import com.openai.errors.SseException;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.TokenNoise;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.ai.openai.http.okhttp.SpringAiOpenAiHttpClient;

/** Streams that fail after their answers have begun. */
class StreamErrorsTest {
  private static final String STREAM = "{\"prompt\":\"bird\",\"stream\":true}";

  /** Noise that holds the thread that computes, so that other requests wait. */
  private static final class Holding implements TokenNoise {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final TokenNoise noise = new CounterNoise(new long[] {1});

    @Override
    public void exponentials(Use use, int image, int position, float[] row) {
      reached.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      noise.exponentials(use, image, position, row);
    }
  }

  private static OpenAIClient openAi(ServedDemo demo) {
    return new OpenAIClientImpl(
        ClientOptions.builder()
            .httpClient(SpringAiOpenAiHttpClient.builder().build())
            .baseUrl(demo.uri("/v1").toString())
            .apiKey("key")
            .maxRetries(0)
            .build());
  }

  @Test
  void aModelThatIsClosedEndsStreamsWithAnError() throws Exception {
    ImageGenerateParams params =
        ImageGenerateParams.builder().model("gpt-image-1").prompt("bird").build();
    Holding holding = new Holding();
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 8)) {
      OpenAIClient client = openAi(demo);
      ImageGenerator generator = demo.generators.getFirst();
      generator.generateAsync(GenerationRequest.of("bird").noise(holding).build());
      holding.reached.await();
      // both come back when the streams have begun, with a comment
      HttpResponse<Stream<String>> response =
          demo.client.send(
              demo.request(ServedDemo.GENERATIONS).POST(BodyPublishers.ofString(STREAM)).build(),
              BodyHandlers.ofLines());
      try (StreamResponse<ImageGenStreamEvent> events = client.images().generateStreaming(params)) {
        Thread closing = Thread.ofVirtual().start(() -> generator.close(Duration.ZERO));
        assertThatThrownBy(() -> events.stream().toList())
            .isInstanceOf(SseException.class)
            .hasMessageContaining("the server stops");
        requireError(response);
        holding.released.countDown();
        closing.join();
      } finally {
        holding.released.countDown();
        client.close();
      }
    }
  }

  private static void requireError(HttpResponse<Stream<String>> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    List<String> lines =
        response.body().filter(line -> !line.isEmpty() && !line.equals(":")).toList();
    assertThat(lines).hasSize(2).first().isEqualTo("event: error");
    String data = lines.getLast();
    assertThat(data).startsWith("data: ");
    data = data.substring("data: ".length());
    assertThat(at(data, "type")).isEqualTo("error");
    assertThat(at(data, "error", "code")).isEqualTo("stopped");
    assertThat(at(data, "error", "type")).isEqualTo("server_error");
  }
}
