package io.nextscale.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Address and limits of a server.
 *
 * @param host name or address to bind; others than the loopback address need a token
 * @param port 0 to 65535; 0 chooses a free one
 * @param token that requests must bring as {@code Authorization: Bearer TOKEN}; null: none
 * @param requests requests at once; more get 429, except those for health and figures
 * @param patience longest time for all of a request's body to arrive, and for a client to read
 *     nothing of an answer that waits for it; beyond what the system keeps for it, some megabytes.
 *     The time for the headers is JDK's system property {@code sun.net.httpserver.maxReqTime}, in
 *     seconds, which the application sets
 * @param origins addresses of the page behind a proxy, as a browser sends them in {@code Origin}:
 *     {@code https://images.example}. Requests of their pages are accepted, and on the loopback
 *     address requests to their names
 */
public record ServerOptions(
    String host,
    int port,
    @Nullable String token,
    int requests,
    Duration patience,
    Set<String> origins) {
  /** Browsers leave the usual port out, and write names in ASCII. */
  private static final Pattern ORIGIN =
      Pattern.compile(
          "(http(?!://[^/]*:80$)|https(?!://[^/]*:443$))://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

  private static final int LONGEST_TOKEN = 4096;
  private static final Duration LONGEST_PATIENCE = Duration.ofDays(1);

  /** Loopback, a free port, no token, 256 requests at once, a minute of patience. */
  public static ServerOptions local() {
    return new ServerOptions("127.0.0.1", 0, null, 256, Duration.ofMinutes(1), Set.of());
  }

  /**
   * Checks ranges.
   *
   * @throws IllegalArgumentException naming what is wrong, or if another host than loopback has no
   *     token
   */
  public ServerOptions {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(patience, "patience");
    Objects.requireNonNull(origins, "origins");
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port %s: expected 0 to 65535".formatted(port));
    }
    if (requests < 1) {
      throw new IllegalArgumentException("requests %s: expected at least 1".formatted(requests));
    }
    if (patience.compareTo(Duration.ofMillis(1)) < 0 || patience.compareTo(LONGEST_PATIENCE) > 0) {
      throw new IllegalArgumentException(
          "patience %s: expected 1 ms to %s".formatted(patience, LONGEST_PATIENCE));
    }
    origins = origins.stream().map(ServerOptions::origin).collect(Collectors.toUnmodifiableSet());
    if (token != null && !token.matches("[!-~]{1," + LONGEST_TOKEN + "}")) {
      throw new IllegalArgumentException(
          "token: expected 1 to %s printable ASCII characters without spaces"
              .formatted(LONGEST_TOKEN));
    }
    if (token == null && !address(host).isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "host %s can be reached from other machines: it needs a token".formatted(host));
    }
  }

  /** The same server on a port. */
  public ServerOptions withPort(int port) {
    return new ServerOptions(host, port, token, requests, patience, origins);
  }

  /** The same server with a token. */
  public ServerOptions withToken(String token) {
    return new ServerOptions(host, port, token, requests, patience, origins);
  }

  /** The same server with a number of requests at once. */
  public ServerOptions withRequests(int requests) {
    return new ServerOptions(host, port, token, requests, patience, origins);
  }

  /** The same server behind proxies, where browsers see its page at other addresses. */
  public ServerOptions withOrigins(Set<String> origins) {
    return new ServerOptions(host, port, token, requests, patience, origins);
  }

  /** The same server with a patience for slow clients. */
  public ServerOptions withPatience(Duration patience) {
    return new ServerOptions(host, port, token, requests, patience, origins);
  }

  /** An origin as browsers write it. */
  private static String origin(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!ORIGIN.matcher(lower).matches()) {
      throw new IllegalArgumentException(
          "origin %s: expected http://HOST or https://HOST, with :PORT unless it is the usual one, and no path"
              .formatted(text));
    }
    return lower;
  }

  /** The host as addresses of pages have it. */
  String authority() {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  InetAddress address() {
    return address(host);
  }

  private static InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("host %s is not known".formatted(host), e);
    }
  }

  /** Leaves the token out. */
  @Override
  public String toString() {
    return "ServerOptions[%s:%s, %s requests%s]"
        .formatted(host, port, requests, token == null ? "" : ", with a token");
  }
}
