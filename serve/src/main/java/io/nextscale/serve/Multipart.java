package io.nextscale.serve;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parts of a {@code multipart/form-data} body (RFC 7578). */
final class Multipart {
  private static final int MOST_PARTS = 64;
  private static final int LONGEST_HEAD = 8192;
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i);\\s*boundary=(?:\"([^\"\r\n]{1,200})\"|([^;\\s\"]{1,200}))");
  private static final Pattern NAME =
      Pattern.compile("(?im)^content-disposition:\\s*form-data\\b[^\r\n]*?;\\s*name=\"([^\"]*)\"");
  private static final Pattern FILE =
      Pattern.compile("(?im)^content-disposition:[^\r\n]*;\\s*filename\\*?=");

  private final List<Part> parts;

  private Multipart(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * One part.
   *
   * @param name of the field
   * @param isFile whether it has a file name
   * @param content its bytes
   */
  record Part(String name, boolean isFile, byte[] content) {}

  /** Whether a content type is that of a form. */
  static boolean isForm(@Nullable String contentType) {
    return contentType != null
        && contentType.strip().toLowerCase(java.util.Locale.ROOT).startsWith("multipart/form-data");
  }

  /**
   * Splits a body.
   *
   * @throws ApiException if it is not such a body
   */
  static Multipart parse(String contentType, byte[] body) {
    Matcher matcher = BOUNDARY.matcher(contentType);
    if (!matcher.find()) {
      throw malformed("its content type names no boundary");
    }
    String boundary = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    byte[] delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    byte[] first = Arrays.copyOfRange(delimiter, 2, delimiter.length);
    int at = indexOf(body, first, 0);
    if (at < 0) {
      throw malformed("it does not contain the boundary");
    }
    List<Part> parts = new ArrayList<>();
    at += first.length;
    while (!startsWith(body, at, "--")) {
      int headers = indexOf(body, "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1), at);
      int end = headers < 0 ? -1 : indexOf(body, delimiter, headers + 2);
      if (end < 0) {
        throw malformed("a part does not end");
      }
      if (parts.size() == MOST_PARTS) {
        throw malformed("it has more than %s parts".formatted(MOST_PARTS));
      }
      if (headers - at > LONGEST_HEAD) {
        throw malformed("a part has more than %s bytes of headers".formatted(LONGEST_HEAD));
      }
      String head = new String(body, at, headers - at, StandardCharsets.UTF_8);
      Matcher name = NAME.matcher(head);
      if (!name.find()) {
        throw malformed("a part has no name");
      }
      int start = Math.min(headers + 4, end);
      parts.add(
          new Part(name.group(1), FILE.matcher(head).find(), Arrays.copyOfRange(body, start, end)));
      at = end + delimiter.length;
    }
    return new Multipart(parts);
  }

  /** The file of a field; {@code name[]} counts as the same. */
  Optional<byte[]> file(String name) {
    return parts.stream()
        .filter(part -> part.name.equals(name) || part.name.equals(name + "[]"))
        .map(Part::content)
        .findFirst();
  }

  /** The fields that are not files. */
  Fields fields() {
    Fields fields = new Fields();
    for (Part part : parts) {
      if (!part.isFile) {
        fields.put(part.name, new String(part.content, StandardCharsets.UTF_8));
      }
    }
    return fields;
  }

  private static ApiException malformed(String problem) {
    return ApiException.invalid("body", "the body is not multipart/form-data: " + problem);
  }

  private static boolean startsWith(byte[] body, int at, String text) {
    return at + text.length() <= body.length
        && new String(body, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
  }

  private static int indexOf(byte[] body, byte[] what, int from) {
    for (int i = from; i + what.length <= body.length; i++) {
      if (body[i] == what[0] && Arrays.equals(body, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return -1;
  }
}
