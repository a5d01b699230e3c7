package io.nextscale.serve;

import io.nextscale.var.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A page in a headless Chromium, driven through its DevTools protocol. */
final class Browser implements AutoCloseable {
  static final Path PROGRAM = Path.of("/usr/bin/chromium");
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Long, CompletableFuture<Map<?, ?>>> answers = new ConcurrentHashMap<>();
  private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** Starts the browser with an empty profile in a folder. */
  Browser(Path profile) throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolveSibling("chromium.log").toFile())
            .start();
    Path port = profile.resolve("DevToolsActivePort");
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!Files.exists(port) || Files.readAllLines(port).size() < 2) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new IOException("Chromium did not start");
      }
      Thread.sleep(50);
    }
    HttpClient client = HttpClient.newHttpClient();
    String list =
        client
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:" + Files.readAllLines(port).getFirst() + "/json"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    String page =
        ((List<?>) Json.parse(list))
            .stream()
                .map(item -> (Map<?, ?>) item)
                .filter(item -> "page".equals(item.get("type")))
                .map(item -> item.get("webSocketDebuggerUrl").toString())
                .findFirst()
                .orElseThrow();
    socket = client.newWebSocketBuilder().buildAsync(URI.create(page), new Messages()).join();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Messages, which may come in parts. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        receive((Map<?, ?>) Json.parse(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void receive(Map<?, ?> message) {
    if (message.get("id") instanceof Long id) {
      answers.remove(id).complete(message);
      return;
    }
    Map<?, ?> values = (Map<?, ?>) message.get("params");
    switch (String.valueOf(message.get("method"))) {
      case "Runtime.exceptionThrown" -> problems.add(Json.write(values));
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "warning").contains(String.valueOf(values.get("type")))) {
          problems.add(Json.write(values));
        }
      }
      case "Log.entryAdded" -> {
        if ("error".equals(((Map<?, ?>) values.get("entry")).get("level"))) {
          problems.add(Json.write(values));
        }
      }
      case "Network.requestWillBeSent" ->
          requests.add(((Map<?, ?>) values.get("request")).get("url").toString());
      default -> {}
    }
  }

  /** Calls a method of the protocol. */
  Map<?, ?> call(String method, Map<String, ?> values) {
    long id = ids.incrementAndGet();
    CompletableFuture<Map<?, ?>> answer = new CompletableFuture<>();
    answers.put(id, answer);
    socket.sendText(Json.write(Map.of("id", id, "method", method, "params", values)), true).join();
    Map<?, ?> message = answer.orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS).join();
    if (message.containsKey("error")) {
      throw new IllegalStateException(method + ": " + message.get("error"));
    }
    return (Map<?, ?>) message.get("result");
  }

  /** The value of a JavaScript expression; a promise is awaited. */
  @Nullable Object value(String expression) {
    Map<?, ?> answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (answer.containsKey("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
    }
    return ((Map<?, ?>) answer.get("result")).get("value");
  }

  /** Waits until an expression is true. */
  void await(String expression) throws InterruptedException {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!Boolean.TRUE.equals(value(expression))) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("never true: " + expression);
      }
      Thread.sleep(20);
    }
  }

  void open(URI uri) {
    call("Page.navigate", Map.of("url", uri.toString()));
  }

  /** Sets the size of the page, and whether it is dark. */
  void view(int width, int height, boolean dark) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** Moves the pressed mouse through points of the window. */
  void drag(int... places) {
    mouse("mousePressed", places[0], places[1]);
    for (int i = 2; i < places.length; i += 2) {
      mouse("mouseMoved", places[i], places[i + 1]);
    }
    mouse("mouseReleased", places[places.length - 2], places[places.length - 1]);
  }

  private void mouse(String type, int x, int y) {
    call(
        "Input.dispatchMouseEvent",
        Map.of("type", type, "x", x, "y", y, "button", "left", "buttons", 1, "clickCount", 1));
  }

  /** Presses Tab or Enter. */
  void press(String key) {
    boolean enter = key.equals("Enter");
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("key", key);
    values.put("code", key);
    values.put("windowsVirtualKeyCode", enter ? 13 : 9);
    if (enter) {
      values.put("text", "\r");
    }
    for (String type : List.of("keyDown", "keyUp")) {
      values.put("type", type);
      call("Input.dispatchKeyEvent", values);
    }
  }

  void screenshot(Path file) throws IOException {
    Object data = call("Page.captureScreenshot", Map.of("format", "png")).get("data");
    Files.write(file, Base64.getDecoder().decode(data.toString()));
  }

  /** Errors and warnings of the page. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Addresses that the page asked for. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
