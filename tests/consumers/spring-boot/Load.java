import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Eight clients of the server: {@code java Load.java PORT REQUESTS THREADS}, THREADS being virtual
 * or platform. Of four requests one is a stream, read slowly, and of twenty one hangs up. Fails if
 * any answer is wrong, an image of a seed differs from an earlier one, /ping takes too long, or the
 * server's resident memory grows.
 */
public final class Load {
  private static final int CLIENTS = 8;
  private static final int WARM_UP = 250;
  private static final int SEEDS = 7;
  private static final int SCALES = 6;
  private static final double PING_MILLIS = 200;

  // Java's compiler and glibc's heaps still grow in the first hundreds of requests; a tensor left by
  // each image would show, a few kilobytes would not: docs/experiments/0039-long-runs.md
  private static final double GROWTH = 1.12;


  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Integer, byte[]> images = new ConcurrentHashMap<>();
  private final List<Double> pings = Collections.synchronizedList(new ArrayList<>());
  private final int port;

  private Load(int port) {
    this.port = port;
  }

  public static void main(String[] args) throws Exception {
    Load load = new Load(Integer.parseInt(args[0]));
    load.run(Integer.parseInt(args[1]), args[2]);
  }

  private void run(int requests, String threads) throws Exception {
    require(get("/ping").equals(threads), "the server runs on " + threads + " threads");
    clients(0, WARM_UP);
    long warm = Long.parseLong(get("/resident"));
    long half;
    AtomicBoolean over = new AtomicBoolean();
    long start = System.nanoTime();
    try (ExecutorService pinger = Executors.newSingleThreadExecutor()) {
      Future<?> pinging = pinger.submit(() -> ping(over));
      try {
        clients(WARM_UP, requests / 2); // Java's compiler is at work until then
        half = Long.parseLong(get("/resident"));
        clients(WARM_UP + requests / 2, requests - requests / 2);
      } finally {
        over.set(true);
      }
      pinging.get();
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    long after = Long.parseLong(get("/resident"));
    double p50 = percentile(50);
    double p99 = percentile(99);
    System.out.printf(
        "%s threads: %d requests of %d clients in %.1f s; /ping p50 %.1f ms, p99 %.1f ms of %d;"
            + " resident memory %.0f MB after %d requests, %.0f MB at half time, then %.0f MB%n",
        threads, requests, CLIENTS, seconds, p50, p99, pings.size(),
        warm / 1e6, WARM_UP, half / 1e6, after / 1e6);
    require(p99 < PING_MILLIS, "p99 of /ping is below " + PING_MILLIS + " ms");
    require(after < half * GROWTH, "resident memory is flat");
  }

  private void clients(int first, int count) throws Exception {
    AtomicInteger next = new AtomicInteger(first);
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      for (int c = 0; c < CLIENTS; c++) {
        clients.add(
            threads.submit(
                () -> {
                  for (int i = next.getAndIncrement();
                      i < first + count;
                      i = next.getAndIncrement()) {
                    request(i);
                  }
                  return null;
                }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }
  }

  private void request(int i) throws Exception {
    int seed = i % SEEDS;
    if (i % 20 == 19) {
      stream(seed, true);
    } else if (i % 4 == 3) {
      stream(seed, false);
    } else {
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(uri("/image?of=bird&seed=" + seed)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      require(answer.statusCode() == 200, "image " + i + " has status 200, not " + answer);
      byte[] earlier = images.putIfAbsent(seed, answer.body());
      require(
          earlier == null || Arrays.equals(earlier, answer.body()),
          "image " + i + " equals the earlier one of seed " + seed);
    }
  }

  /** Reads a stream with a pause at each event, or hangs up after the first. */
  private void stream(int seed, boolean hangUp) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          "GET /stream?of=bird&seed=%d HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.formatted(seed).getBytes(StandardCharsets.US_ASCII));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      require(lines.readLine().contains("200"), "a stream has status 200");
      int scales = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event:scale")) {
          scales++;
          if (hangUp) {
            return;
          }
          Thread.sleep(20);
        }
      }
      require(scales == SCALES, "a stream has " + SCALES + " events, not " + scales);
    }
  }

  private Void ping(AtomicBoolean over) throws Exception {
    while (!over.get()) {
      long start = System.nanoTime();
      get("/ping");
      pings.add((System.nanoTime() - start) * 1e-6);
      Thread.sleep(10);
    }
    return null;
  }

  private double percentile(int percent) {
    List<Double> sorted = pings.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private String get(String path) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    require(answer.statusCode() == 200, path + " has status 200, not " + answer);
    return answer.body();
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  private static void require(boolean right, String what) {
    if (!right) {
      throw new AssertionError("failed: " + what);
    }
  }
}
