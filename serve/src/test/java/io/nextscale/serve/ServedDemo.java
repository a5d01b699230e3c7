package io.nextscale.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.Torch;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.json.Json;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;

/** A server of embedded models with a client; closing it requires that no tensor is left. */
final class ServedDemo implements AutoCloseable {
  static final String GENERATIONS = "/v1/images/generations";
  static final String EDITS = "/v1/images/edits";
  private static final String BOUNDARY = "----test-boundary";
  static final String FORM = "multipart/form-data; boundary=" + BOUNDARY;

  final List<ImageGenerator> generators = new ArrayList<>();
  final ImageServer server;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ServedDemo(ServerOptions options, int queue, String... demos) throws IOException {
    for (String demo : demos) {
      generators.add(
          ImageGenerator.load(DemoModel.source(demo), LoadOptions.defaults().withMaxCalls(queue)));
    }
    server = ImageServer.start(options, generators);
  }

  /** Serves the demo model of VAR. */
  static ServedDemo start(UnaryOperator<ServerOptions> options, int queue) throws IOException {
    return new ServedDemo(options.apply(ServerOptions.local()), queue, DemoModel.VAR);
  }

  /** Serves the demo model of FlexVAR, whose images may be large. */
  static ServedDemo startFlexible(UnaryOperator<ServerOptions> options, int queue)
      throws IOException {
    return new ServedDemo(options.apply(ServerOptions.local()), queue, DemoModel.FLEXVAR);
  }

  /** Serves both demo models. */
  static ServedDemo startBoth() throws IOException {
    return new ServedDemo(ServerOptions.local(), 64, DemoModel.VAR, DemoModel.FLEXVAR);
  }

  int port() {
    return server.uri().getPort();
  }

  URI uri(String path) {
    return server.uri().resolve(path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Posts a JSON text. */
  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** Posts a form; texts are fields, byte arrays files. */
  HttpResponse<String> form(String path, Map<String, ?> parts)
      throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", FORM)
            .POST(BodyPublishers.ofByteArray(formBody(parts))));
  }

  static byte[] formBody(Map<String, ?> parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    parts.forEach(
        (name, value) -> {
          boolean file = value instanceof byte[];
          body.writeBytes(
              "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n"
                  .formatted(BOUNDARY, name, file ? "; filename=\"f.png\"" : "")
                  .getBytes(StandardCharsets.UTF_8));
          body.writeBytes(
              value instanceof byte[] bytes
                  ? bytes
                  : value.toString().getBytes(StandardCharsets.UTF_8));
          body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        });
    body.writeBytes("--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.US_ASCII));
    return body.toByteArray();
  }

  /** A request for images as it is sent. */
  static byte[] requestText(String json) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %s\r\n\r\n%s"
        .formatted(GENERATIONS, json.getBytes(StandardCharsets.UTF_8).length, json)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Sends a request for images through a socket of its own, and reads nothing. */
  Socket open(String json) throws IOException {
    Socket socket = new Socket("127.0.0.1", port());
    socket.getOutputStream().write(requestText(json));
    return socket;
  }

  /** Sends a text and reads the answer to its end. */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A figure of {@code /metrics}. */
  double metric(String name) throws IOException, InterruptedException {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** A figure of {@code /metrics}, where no exception may be thrown. */
  double figure(String name) {
    try {
      return metric(name);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until something holds, 20 seconds at most. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(20);
    }
  }

  /** The value at a path of keys and indices within a JSON text. */
  static Object at(String json, Object... path) {
    Object value = Json.parse(json);
    for (Object step : path) {
      value = step instanceof Integer i ? ((List<?>) value).get(i) : ((Map<?, ?>) value).get(step);
    }
    return value;
  }

  /** The bytes of the image at an index of an answer. */
  static byte[] image(HttpResponse<String> response, int index) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Base64.getDecoder().decode((String) at(response.body(), "data", index, "b64_json"));
  }

  static BufferedImage decoded(byte[] image) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(image));
  }

  static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    server.close(Duration.ofSeconds(20));
    generators.forEach(ImageGenerator::close);
    client.close();
    assertThat(Torch.liveTensors()).as("tensors that are left").isZero();
  }
}
