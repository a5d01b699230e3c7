package io.nextscale.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A block of Java code in a page of the documentation.
 *
 * @param page relative to the root
 * @param check {@code compiled} or {@code compiled and run}, as the comment before the block says;
 *     null if there is no such comment
 * @param file that has the same lines, relative to the root
 */
record JavaBlock(Path page, @Nullable String check, @Nullable String file, String code) {
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:<!-- (compiled|compiled and run): (\\S+) -->\n)?```java\n(.*?)```", Pattern.DOTALL);

  /** The root of the repository. */
  static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("README.md"))) {
      at = at.getParent();
    }
    return at;
  }

  /** The blocks of all pages. */
  static List<JavaBlock> all() throws IOException {
    List<JavaBlock> blocks = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page);
      Matcher block = BLOCK.matcher(text);
      while (block.find()) {
        blocks.add(
            new JavaBlock(root().relativize(page), block.group(1), block.group(2), block.group(3)));
      }
    }
    return blocks;
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> top = Files.list(root());
        Stream<Path> docs = Files.walk(root().resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(path -> path.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  /** Lines without their indentation. */
  static String withoutIndent(String code) {
    return code.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
  }
}
