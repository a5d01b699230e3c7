package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.GENERATIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.ImageGenerator;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
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
    ServerOptions options = new ServerOptions(host, 0, null, 16, Duration.ofSeconds(10), Set.of());
    try (ImageServer server = ImageServer.start(options, models)) {
      HttpResponse<String> response =
          client.send(request(server, "/health"), BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
  }

  /** A wait beyond what a number of nanoseconds can hold. */
  @ParameterizedTest
  @ValueSource(strings = {"PT9223372036854775807S", "PT9223372036.8S"})
  void aLongWaitIsForTheRequestsAtWork(String wait) throws Exception {
    ImageServer server = ImageServer.start(ServerOptions.local(), models);
    CompletableFuture<HttpResponse<String>> waiting =
        client.sendAsync(request(server, "/v1/models"), BodyHandlers.ofString());
    ServedDemo.await("the request", () -> activeRequests(server) == 2);
    CompletableFuture<Void> closed =
        CompletableFuture.runAsync(() -> server.close(Duration.parse(wait)));
    Thread.sleep(200);
    assertThat(closed).isNotDone();
    models.complete(List.of());
    assertThat(waiting.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    closed.get(10, TimeUnit.SECONDS);
    assertThat(client.sendAsync(request(server, "/health"), BodyHandlers.ofString()))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(ConnectException.class);
  }

  private double activeRequests(ImageServer server) {
    try {
      return client
          .send(request(server, "/metrics"), BodyHandlers.ofLines())
          .body()
          .filter(line -> line.startsWith("nextscale_active_requests "))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
          .sum();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A server that has much to do is healthy, and its figures say why. */
  @Test
  void healthAndFiguresAreToldWhenAllPlacesAreTaken() throws Exception {
    ServerOptions options = ServerOptions.local().withRequests(1);
    try (ImageServer server = ImageServer.start(options, models)) {
      CompletableFuture<HttpResponse<String>> waiting =
          client.sendAsync(request(server, "/v1/models"), BodyHandlers.ofString());
      ServedDemo.await("the request", () -> activeRequests(server) == 2);
      assertThat(status(server, "/v1/models")).isEqualTo(429);
      assertThat(status(server, "/health")).isEqualTo(200);
      assertThat(status(server, "/metrics")).isEqualTo(200);
      models.complete(List.of());
      assertThat(waiting.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  private int status(ImageServer server, String path) throws IOException, InterruptedException {
    return client.send(request(server, path), BodyHandlers.ofString()).statusCode();
  }

  @Test
  void aClientThatSendsNoBodyIsGivenUp() throws Exception {
    ServerOptions options =
        ServerOptions.local().withRequests(1).withPatience(Duration.ofMillis(300));
    try (ImageServer server = ImageServer.start(options, models);
        Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"
                  .formatted(GENERATIONS)
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).as("the end of the connection").isNegative();
      assertThat(client.send(request(server, "/health"), BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }
}
