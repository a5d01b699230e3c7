package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send a body a byte at a time: the time for all of it is bounded. */
class SlowSendersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(15);
  private static final int PAUSE_MILLIS = 20;
  private static final String BIRD = "{\"prompt\":\"bird\",\"seed\":1}";

  private static ServedDemo demo;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    demo = ServedDemo.start(options -> options.withPatience(PATIENCE), 4);
    demo.post(ServedDemo.GENERATIONS, BIRD); // its first use takes longer
  }

  @AfterAll
  static void close() {
    demo.close();
  }

  /** The last one is answered before its body is read; the rest of it is dropped then. */
  @ParameterizedTest
  @ValueSource(strings = {ServedDemo.GENERATIONS, ServedDemo.EDITS, "/nothing"})
  void aBodyThatDripsIsGivenUp(String path) throws IOException, InterruptedException {
    double before = demo.metric("nextscale_stalled_total");
    long start = System.nanoTime();
    try (Socket socket = new Socket("127.0.0.1", demo.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: 60000\r\n\r\n"
              .formatted(path, path.equals(ServedDemo.EDITS) ? ServedDemo.FORM : "text/plain")
              .getBytes(StandardCharsets.US_ASCII));
      drip(out, start);
    }
    assertThat(System.nanoTime() - start).isBetween(PATIENCE.toNanos(), LONGEST.toNanos());
    assertThat(demo.metric("nextscale_stalled_total")).isGreaterThan(before);
    await("the request ended", () -> demo.figure("nextscale_active_requests") == 1);
    assertThat(demo.metric("nextscale_body_bytes")).isZero();
  }

  /** Sends bytes until the server closes the connection. */
  private static void drip(OutputStream out, long start) throws InterruptedException {
    try {
      while (System.nanoTime() - start < 2 * LONGEST.toNanos()) {
        out.write(' ');
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      // it is closed
    }
  }

  @Test
  void aBodyThatArrivesInTimeIsRead() throws IOException, InterruptedException {
    byte[] request = ServedDemo.requestText(BIRD);
    String answer;
    try (Socket socket = new Socket("127.0.0.1", demo.port())) {
      for (byte each : request) { // some hundred, within the patience
        socket.getOutputStream().write(each);
        Thread.sleep(2);
      }
      socket.setSoTimeout((int) LONGEST.toMillis());
      answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
    assertThat(answer).isEqualTo("HTTP/1.1 200");
    await("the request ended", () -> demo.figure("nextscale_active_requests") == 1);
  }
}
