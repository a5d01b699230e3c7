package io.nextscale.serve;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Decides who may ask: the token, and which sites a browser may ask for. */
final class Access {
  private static final String SCHEME = "Bearer ";
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

  private final @Nullable String token;
  private final boolean loopbackOnly;
  private final Set<String> names = new TreeSet<>(LOOPBACK);
  private final Set<String> origins;

  Access(ServerOptions options) {
    token = options.token();
    loopbackOnly = options.address().isLoopbackAddress();
    names.add(options.authority().toLowerCase(Locale.ROOT));
    origins = options.origins();
    origins.forEach(origin -> names.add(name(host(origin))));
  }

  /**
   * Refuses requests that a page of another site made: one that is not of our origin, or one whose
   * name was made to point to this machine.
   */
  void requireOwnSite(Answer request) {
    String host = request.header("Host");
    if (loopbackOnly && (host == null || !names.contains(name(host)))) {
      throw forbidden("Host %s: expected one of %s".formatted(host, String.join(", ", names)));
    }
    String origin = request.header("Origin");
    if (origin != null && !isOwn(origin, host)) {
      throw forbidden(
          "Origin %s: requests of other sites are refused (a proxy's site is named by --origin)"
              .formatted(origin));
    }
  }

  /** Whether a page at an origin is ours; for a name of the options the scheme counts too. */
  private boolean isOwn(String origin, @Nullable String host) {
    if (origins.contains(origin.toLowerCase(Locale.ROOT))) {
      return true;
    }
    boolean listed = origins.stream().anyMatch(own -> host(own).equalsIgnoreCase(host));
    return !listed && sameHost(origin, host);
  }

  /** Host and port of an origin of the options. */
  private static String host(String origin) {
    return origin.substring(origin.indexOf("//") + 2);
  }

  /** Refuses requests without the token. */
  void requireToken(Answer request) {
    if (token == null) {
      return;
    }
    String given = request.header("Authorization");
    byte[] expected = token.getBytes(StandardCharsets.UTF_8);
    String bare =
        given != null && given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
            ? given.substring(SCHEME.length()).strip()
            : "";
    if (!MessageDigest.isEqual(expected, bare.getBytes(StandardCharsets.UTF_8))) {
      request.setHeader("WWW-Authenticate", "Bearer");
      throw new ApiException(
          401, null, "invalid_api_key", "expected the header Authorization: Bearer TOKEN");
    }
  }

  private static boolean sameHost(String origin, @Nullable String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String name(String host) {
    int port = host.lastIndexOf(':');
    boolean bracket = host.endsWith("]");
    return (port < 0 || bracket ? host : host.substring(0, port)).toLowerCase(Locale.ROOT);
  }

  private static ApiException forbidden(String message) {
    return new ApiException(403, null, "forbidden", message);
  }
}
