package io.nextscale.serve;

import static io.nextscale.serve.ServedDemo.GENERATIONS;
import static io.nextscale.serve.ServedDemo.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.var.ImageGenerator;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask, and the headers that protect a browser. */
class AccessTest {
  private static ServedDemo demo;

  @BeforeAll
  static void start() throws IOException {
    demo = ServedDemo.start(options -> options.withToken("secret"), 16);
  }

  @AfterAll
  static void close() {
    demo.close();
  }

  @Test
  void otherHostsNeedAToken() {
    assertThatThrownBy(
            () -> new ServerOptions("0.0.0.0", 0, null, 16, Duration.ofSeconds(1), Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token");
  }

  @Test
  void twoModelsOfOneNameAreRefused() {
    ImageGenerator model = demo.generators.getFirst();
    assertThatThrownBy(() -> ImageServer.start(ServerOptions.local(), List.of(model, model)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each of another name");
  }

  @Test
  void theTokenIsAskedFor() throws IOException, InterruptedException {
    assertThat(demo.get("/v1/models").statusCode()).isEqualTo(401);
    assertThat(demo.get("/metrics").statusCode()).isEqualTo(401);
    assertThat(demo.post(GENERATIONS, "{}").statusCode()).isEqualTo(401);
    assertThat(
            demo.send(demo.request("/v1/models").header("Authorization", "Bearer wrong"))
                .statusCode())
        .isEqualTo(401);
    assertThat(
            demo.send(demo.request("/v1/models").header("Authorization", "Bearer secret"))
                .statusCode())
        .isEqualTo(200);
    assertThat(
            demo.send(demo.request("/v1/models").header("Authorization", "bearer  secret"))
                .statusCode())
        .as("the scheme has no case (RFC 9110, 11.1)")
        .isEqualTo(200);
  }

  @Test
  void answersCarryProtectingHeaders() throws IOException, InterruptedException {
    for (String path : new String[] {"/", "/app.js", "/health", "/v1/models", "/nothing"}) {
      HttpHeaders headers = demo.get(path).headers();
      assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
          .as(path)
          .contains("default-src 'none'", "frame-ancestors 'none'")
          .doesNotContain("unsafe", "*");
      assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(headers.firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  @Test
  void thePageHasNothingInlineAndNothingFromElsewhere() throws IOException, InterruptedException {
    String page = demo.get("/").body();
    assertThat(page)
        .doesNotContainPattern("(?i)<script(?![^>]*src)|<style|\\sstyle=|\\son\\w+=|https?:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../pom.xml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/page/app.js",
        "//etc/passwd",
        "/app.js%00",
        "/io/nextscale/serve/Page.class",
        "/.",
        "/app.js/"
      })
  void pathsReachNoOtherFile(String path) throws IOException {
    assertThat(
            demo.raw(
                "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(path)))
        .startsWith("HTTP/1.1 4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Host: evil.example", "Host: evil.example:80", "X: y", "Host: localhost.evil"})
  void namesThatPointHereAreRefused(String header) throws IOException {
    assertThat(
            demo.raw("GET /health HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n".formatted(header)))
        .startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "null", "http://localhost:1", "::"})
  void pagesOfOtherSitesAreRefused(String origin) throws IOException, InterruptedException {
    HttpResponse<String> response = demo.send(demo.request("/health").header("Origin", origin));
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(at(response.body(), "error", "message").toString()).contains(origin);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET a:b HTTP/1.1\r\nHost: localhost",
        "OPTIONS * HTTP/1.1\r\nHost: localhost",
        "GET http://localhost HTTP/1.1\r\nHost: localhost",
        "GET  HTTP/1.1\r\nHost: localhost",
        "\r\n",
        "GET / HTTP/9.9\r\nHost: localhost",
        "GET /\u00e9 HTTP/1.1\r\nHost: localhost",
        "POST /v1/images/edits HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1",
        "POST /v1/images/edits HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999",
      })
  void strangeRequestsNeverFailTheServer(String head) throws IOException, InterruptedException {
    String answer = demo.raw(head + "\r\nConnection: close\r\n\r\n");
    assertThat(answer).doesNotStartWith("HTTP/1.1 5");
    assertThat(demo.get("/health").statusCode()).isEqualTo(200);
  }
}
