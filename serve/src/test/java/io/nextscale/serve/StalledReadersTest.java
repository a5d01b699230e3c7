package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.GENERATIONS;
import static io.nextscale.serve.ServedDemo.await;
import static io.nextscale.serve.ServedDemo.image;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import io.nextscale.torch.Torch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that stop reading a stream, and clients that read slowly. */
class StalledReadersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** A server that is not done with a stream after this time waits for its client. */
  private static final Duration STALL = Duration.ofSeconds(3);

  private static final String BIRD = "{\"prompt\":\"bird\",\"seed\":1}";
  private static final String STREAM =
      "{\"prompt\":\"bird\",\"stream\":true,\"all_scales\":true,\"cfg\":0,\"size\":\"256x256\"}";
  private static final int MOST_STREAMS = 500;

  /** The last chunk of a response: only a stream that arrived whole has it (RFC 9112, 7.1). */
  private static final String END = "\r\n0\r\n\r\n";

  @TempDir Path folder;

  private static ServedDemo start() throws IOException {
    return ServedDemo.startFlexible(options -> options.withPatience(PATIENCE), 4);
  }

  @Test
  void aClientThatStopsReadingLeavesNothing() throws Exception {
    try (ServedDemo demo = start()) {
      image(demo.post(GENERATIONS, BIRD), 0);
      long before = Torch.liveTensors();
      try (Socket socket = connected(demo)) {
        int streams = fill(demo, socket);
        await("the client given up", () -> demo.figure("nextscale_stalled_total") > 0);
        await("its request ended", () -> demo.figure("nextscale_active_requests") == 1);
        assertThat(Torch.liveTensors()).isEqualTo(before);
        assertThat(threads()).doesNotContain("nextscale-generation", "EventStream");
        String received = rest(socket, 0);
        assertThat(count(received, END)).as("the last stream is cut off").isEqualTo(streams - 1);
      }
      image(demo.post(GENERATIONS, BIRD), 0);
    }
  }

  @Test
  void aClientThatReadsSlowlyReceivesAll() throws Exception {
    try (ServedDemo demo = start();
        Socket socket = connected(demo)) {
      int streams = fill(demo, socket);
      long stalled = System.nanoTime() - STALL.toNanos();
      String received = rest(socket, 600);
      assertThat(System.nanoTime() - stalled).isGreaterThan(PATIENCE.toNanos());
      assertThat(count(received, END)).isEqualTo(streams);
      assertThat(demo.metric("nextscale_stalled_total")).isZero();
    }
  }

  private static Socket connected(ServedDemo demo) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1 << 16); // before it connects, so that the window stays small
    socket.connect(new InetSocketAddress("127.0.0.1", demo.port()));
    return socket;
  }

  /**
   * Asks for streams, one after the other, and reads none, until the server can write no more.
   *
   * @return number of streams
   */
  private static int fill(ServedDemo demo, Socket socket) throws Exception {
    for (int streams = 1; streams <= MOST_STREAMS; streams++) {
      double done = demo.metric("nextscale_images_total");
      socket.getOutputStream().write(ServedDemo.requestText(STREAM));
      long end = System.nanoTime() + STALL.toNanos();
      while (demo.metric("nextscale_active_requests") > 1
          || demo.metric("nextscale_images_total") == done) {
        if (System.nanoTime() > end) {
          return streams;
        }
        Thread.sleep(5);
      }
    }
    throw new AssertionError("%s streams fill no buffer".formatted(MOST_STREAMS));
  }

  /**
   * Reads until the server closes the connection, or sends nothing for a second.
   *
   * @param pauseMillis after each quarter of a megabyte
   */
  private static String rest(Socket socket, int pauseMillis) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    socket.setSoTimeout(1000);
    InputStream in = socket.getInputStream();
    byte[] piece = new byte[1 << 14];
    int pauses = 0;
    try {
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        all.write(piece, 0, n);
        if (all.size() >> 18 > pauses) {
          pauses++;
          Thread.sleep(pauseMillis);
        }
      }
    } catch (SocketException | SocketTimeoutException e) {
      // it was cut off, or is idle
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private static int count(String text, String part) {
    return text.split(part, -1).length - 1;
  }

  /** The names and stacks of all threads, virtual ones too. */
  private String threads() throws IOException {
    Path dump = folder.resolve("threads");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
    return Files.readString(dump);
  }
}
