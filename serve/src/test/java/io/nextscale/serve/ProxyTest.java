package io.nextscale.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server on the loopback address whose page browsers see at the address of a proxy. */
class ProxyTest {
  private static final String SITE = "https://images.example";

  private static ServedDemo demo;

  @BeforeAll
  static void start() throws IOException {
    demo =
        ServedDemo.start(
            options -> options.withOrigins(Set.of(SITE, "https://Other.example:8443")), 4);
  }

  @AfterAll
  static void close() {
    demo.close();
  }

  private static String answer(String host, String origin) throws IOException {
    String header = origin == null ? "" : "Origin: %s\r\n".formatted(origin);
    return demo.raw(
        "GET /health HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n".formatted(host, header));
  }

  /** nginx sends the host of {@code proxy_pass} unless it is told to pass on the browser's. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8080, https://images.example",
    "images.example, https://images.example",
    "images.example,",
    "localhost, https://other.example:8443",
    "other.example:8443, https://other.example:8443",
    "localhost:8080, http://localhost:8080"
  })
  void theSiteOfTheProxyIsAccepted(String host, String origin) throws IOException {
    assertThat(answer(host, origin)).startsWith("HTTP/1.1 200");
  }

  /** Among them the site in clear text, into which a network may put a page of its own. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8080, https://images.example.evil",
    "127.0.0.1:8080, https://evil.images.example",
    "127.0.0.1:8080, https://images.example:8443",
    "127.0.0.1:8080, https://other.example",
    "127.0.0.1:8080, http://images.example",
    "images.example, http://images.example",
    "images.example, https://evil.example",
    "images.example, null",
    "evil.example, https://images.example",
    "evil.example, https://evil.example",
    "evil.example,"
  })
  void allOtherSitesAreRefused(String host, String origin) throws IOException {
    assertThat(answer(host, origin)).startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "null",
        "images.example",
        "ftp://images.example",
        "https://",
        "https://images.example/",
        "https://images.example/page",
        "https://images.example:443",
        "http://images.example:80",
        "https://images.example:",
        "https://user@images.example",
        "https://*.example",
        "https://images.example evil.example",
        "https://bücher.example"
      })
  void whatNoBrowserSendsIsNoOrigin(String origin) {
    assertThatThrownBy(() -> ServerOptions.local().withOrigins(Set.of(origin)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("origin " + origin + ": expected http://HOST");
  }
}
