package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.GENERATIONS;
import static io.nextscale.serve.ServedDemo.at;
import static io.nextscale.serve.ServedDemo.await;
import static io.nextscale.serve.ServedDemo.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Torch;
import java.awt.image.BufferedImage;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Full queues, clients that hang up or read slowly, and the end of the server. */
class LimitsTest {
  private static final String BIRD = "{\"prompt\":\"bird\",\"seed\":1}";
  private static final String MANY = "{\"prompt\":\"bird\",\"n\":10}";
  private static final String STREAM = "{\"prompt\":\"bird\",\"stream\":true,\"partial_images\":3}";

  @ParameterizedTest
  @ValueSource(strings = {MANY, STREAM})
  void aFullQueueAnswers429(String json) throws Exception {
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 1)) {
      List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(
            demo.client.sendAsync(
                demo.request(GENERATIONS).POST(BodyPublishers.ofString(json)).build(),
                BodyHandlers.ofString()));
      }
      List<HttpResponse<String>> responses = all.stream().map(CompletableFuture::join).toList();
      assertThat(responses).anyMatch(response -> response.statusCode() == 200);
      List<HttpResponse<String>> refused =
          responses.stream().filter(response -> response.statusCode() != 200).toList();
      assertThat(refused).isNotEmpty();
      for (HttpResponse<String> response : refused) {
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(at(response.body(), "error", "type")).isEqualTo("rate_limit_error");
      }
    }
  }

  @Test
  void clientsThatHangUpLeaveNothing() throws Exception {
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 128)) {
      assertThat(demo.post(GENERATIONS, MANY).statusCode()).isEqualTo(200);
      image(demo.post(GENERATIONS, BIRD), 0);
      long before = Torch.liveTensors();
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        sockets.add(demo.open(i % 2 == 0 ? MANY : STREAM));
      }
      Thread.sleep(300);
      for (Socket socket : sockets) {
        socket.setSoLinger(true, 0); // as a process that is killed
        socket.close();
      }
      await("requests at work", () -> demo.figure("nextscale_active_requests") == 1);
      image(demo.post(GENERATIONS, BIRD), 0);
      await("tensors of generations freed", () -> Torch.liveTensors() == before);
      assertThat(demo.figure("nextscale_cancelled_total")).isPositive();
    }
  }

  @Test
  void slowReadersDoNotBlockOthers() throws Exception {
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 128)) {
      List<Socket> slow = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        slow.add(demo.open(STREAM));
      }
      for (int i = 0; i < 5; i++) {
        image(demo.post(GENERATIONS, BIRD), 0);
      }
      for (Socket socket : slow) {
        socket.setSoTimeout(20_000);
        assertThat(new String(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 200");
        socket.close();
      }
    }
  }

  @Test
  void theEndFinishesWhatRunsAndRefusesTheRest() throws Exception {
    ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 16);
    image(demo.post(GENERATIONS, BIRD), 0);
    CompletableFuture<HttpResponse<String>> running =
        demo.client.sendAsync(
            demo.request(GENERATIONS).POST(BodyPublishers.ofString(MANY)).build(),
            BodyHandlers.ofString());
    await("requests at work", () -> demo.figure("nextscale_active_requests") == 2);
    Thread closing = Thread.ofVirtual().start(() -> demo.server.close(Duration.ofSeconds(20)));
    image(running.get(), 9);
    closing.join();
    assertThatThrownBy(() -> demo.post(GENERATIONS, BIRD)).isInstanceOf(ConnectException.class);
    demo.close();
  }

  @Test
  void anIdleServerEndsAtOnce() throws Exception {
    ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 16);
    demo.get("/health");
    long start = System.nanoTime();
    demo.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void longBodiesAreRefused() throws Exception {
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 16)) {
      HttpResponse<String> response = demo.post(GENERATIONS, " ".repeat((1 << 20) + 1));
      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(demo.get("/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aSmallFileOfManyPixelsIsRefused() throws Exception {
    byte[] bomb = ServedDemo.png(new BufferedImage(8192, 8192, BufferedImage.TYPE_BYTE_BINARY));
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 4)) {
      for (String path : List.of(ServedDemo.EDITS, "/nextscale/tokenize")) {
        HttpResponse<String> response =
            demo.form(path, Map.of("image", bomb, "prompt", "bird", "box", "0,0,1,1"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("image of 8192x8192");
      }
    }
  }

  @Test
  void aGuidanceThatOverflowsIsRefused() throws Exception {
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 4)) {
      HttpResponse<String> response = demo.post(GENERATIONS, "{\"prompt\":\"bird\",\"cfg\":1e308}");
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(at(response.body(), "error", "param")).isEqualTo("cfg");
      assertThat(demo.post(GENERATIONS, "{\"prompt\":\"bird\",\"cfg\":1000}").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void requestBodiesTogetherAreBounded() throws Exception {
    int mebibyte = 1 << 20;
    byte[] body = new byte[30 * mebibyte];
    try (ServedDemo demo = ServedDemo.start(UnaryOperator.identity(), 4)) {
      List<Socket> senders = new ArrayList<>();
      for (int i = 0; i < 4; i++) { // 120 of 128 MiB; the last byte never comes
        Socket socket = new Socket("127.0.0.1", demo.port());
        senders.add(socket);
        socket
            .getOutputStream()
            .write(
                "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %s\r\n\r\n"
                    .formatted(ServedDemo.EDITS, body.length + 1)
                    .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
      }
      await("bodies read", () -> demo.figure("nextscale_body_bytes") == 4.0 * body.length);
      HttpResponse<String> refused =
          demo.form(ServedDemo.EDITS, Map.of("image", new byte[9 * mebibyte], "prompt", "bird"));
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(at(refused.body(), "error", "code")).isEqualTo("overloaded");
      image(demo.post(GENERATIONS, BIRD), 0); // a small one still has room
      for (Socket socket : senders) {
        socket.close();
      }
      await("memory given back", () -> demo.figure("nextscale_body_bytes") == 0);
    }
  }

  @Test
  void tokensOfARequestAreBounded() throws Exception {
    try (ServedDemo demo = ServedDemo.startBoth()) {
      String request =
          "{\"model\":\"%s\",\"prompt\":\"bird\",\"size\":\"1024x1024\",\"n\":%s,\"steps\":%s}";
      String flexvar = demo.generators.get(1).spec().name();
      for (String tooMany :
          List.of(request.formatted(flexvar, 10, 16), request.formatted(flexvar, 1, 100))) {
        HttpResponse<String> response = demo.post(GENERATIONS, tooMany);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).contains("tokens in one request");
      }
    }
  }
}
