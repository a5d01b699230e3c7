package io.nextscale.var.model;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Files of a model that are read as streams. */
public interface StreamFiles {
  /** Time to wait for a connection or for data, in milliseconds. */
  int TIMEOUT_MILLIS = 30_000;

  /**
   * Opens a file.
   *
   * @param file a name without folders, such as {@code config.json}
   * @return null if there is no such file
   * @throws IOException if it is there and cannot be read
   */
  @Nullable InputStream open(String file) throws IOException;

  /** Files in memory, by name. */
  static StreamFiles of(Map<String, byte[]> files) {
    Objects.requireNonNull(files, "files");
    Map<String, byte[]> copy = Map.copyOf(files);
    return file -> {
      byte[] content = copy.get(file);
      return content == null ? null : new ByteArrayInputStream(content);
    };
  }

  /**
   * Files below an address.
   *
   * @param folder an address with a scheme that Java opens, ending in a slash
   * @throws IllegalArgumentException if it does not end in a slash
   */
  static StreamFiles of(URI folder) {
    Objects.requireNonNull(folder, "folder");
    if (!folder.toString().endsWith("/")) {
      throw new IllegalArgumentException(folder + ": expected a folder, ending in /");
    }
    return file -> {
      try {
        URLConnection connection = URI.create(folder + file).toURL().openConnection();
        connection.setUseCaches(false);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        return connection.getInputStream();
      } catch (FileNotFoundException | NoSuchFileException e) {
        return null;
      }
    };
  }
}
