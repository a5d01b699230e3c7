package io.nextscale.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.ImageGenerator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose models are never loaded: what it does without them. */
class LoadingServerTest {
  private final CompletableFuture<List<ImageGenerator>> models = new CompletableFuture<>();
  private final HttpClient client = HttpClient.newHttpClient();

  private static HttpRequest request(ImageServer server, String path) {
    URI uri = server.uri().resolve(path);
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "127.0.0.2", "0:0:0:0:0:0:0:1", "::1"})
  void everyNameOfThisMachineCanBeAskedFor(String host) throws IOException, InterruptedException {
    ServerOptions options = new ServerOptions(host, 0, null, 16, Duration.ofSeconds(10));
    try (ImageServer server = ImageServer.start(options, models)) {
      HttpResponse<String> response =
          client.send(request(server, "/health"), BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
  }
}
