package io.nextscale.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The files of the page, read once from this module; no other file can be reached. */
final class Page {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private static final String[] NAMES = {
    "index.html",
    "style.css",
    "icon.svg",
    "app.js",
    "api.js",
    "classes.js",
    "strip.js",
    "mask.js",
    "png.js",
    "history.js"
  };

  private final Map<String, File> files = new LinkedHashMap<>();

  Page() {
    for (String name : NAMES) {
      try (InputStream in = Page.class.getResourceAsStream("page/" + name)) {
        if (in == null) {
          throw new IllegalStateException("the module lacks page/" + name);
        }
        String type =
            Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), name);
        files.put("/" + name, new File(type, in.readAllBytes()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    files.put("/", files.get("/index.html"));
  }

  /**
   * A file.
   *
   * @param type its content type
   */
  record File(String type, byte[] content) {}

  Optional<File> find(String path) {
    return Optional.ofNullable(files.get(path));
  }
}
