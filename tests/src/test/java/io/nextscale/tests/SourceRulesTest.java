package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of docs/ARCHITECTURE.md on sources; {@link ArchitectureTest} has the others. */
class SourceRulesTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final int LONGEST_FILE = 400;
  private static final int MEDIAN_FILE = 120;

  /** Classes of var-api that use native memory outside checkpoint and json, with the reason. */
  private static final Map<String, String> FOREIGN_MEMORY =
      Map.of(
          "generate/TokenSampler", "logits are copied out of a tensor, a block of rows at a time",
          "image/PixelArray", "images and tensors are converted without an array in between",
          "nn/InitialWeights", "weights of gigabytes are drawn in place",
          "model/TransformerInference", "one buffer of a mapped file has the scales");

  @Test
  void fewClassesUseForeignMemory() throws IOException {
    Path sources = ROOT.resolve("var-api/src/main/java/io/nextscale/var");
    TreeSet<String> found = new TreeSet<>();
    for (Path file : javaFiles(sources)) {
      String name = sources.relativize(file).toString().replace(".java", "");
      boolean reader = name.startsWith("checkpoint/") || name.startsWith("json/");
      if (!reader && Files.readString(file).contains("java.lang.foreign")) {
        found.add(name);
      }
    }
    assertThat(found).isEqualTo(new TreeSet<>(FOREIGN_MEMORY.keySet()));
  }

  /** Digits and commas of a locale in messages, names or figures; String.format has Locale.ROOT. */
  @Test
  void formatsDoNotDependOnTheLocale() throws IOException {
    Pattern formatted =
        Pattern.compile(
            "(?:\"(?:[^\"\\\\\n]|\\\\.)*\"\\s*\\+?\\s*)+\\)?\\s*\\.formatted\\("
                + "|(?:String\\.format|printf)\\(\\s*\"(?:[^\"\\\\\n]|\\\\.)*\"");
    Pattern localized = Pattern.compile("(?<!%)%[-#+ 0,(]*\\d*(?:\\.\\d+)?[deEfgG]");
    List<String> found = new ArrayList<>();
    for (Path file : mainFiles()) { // bench prints for its own developers
      Matcher format = formatted.matcher(Files.readString(file));
      while (format.find()) {
        if (localized.matcher(format.group()).find()) {
          found.add(ROOT.relativize(file) + ": " + format.group());
        }
      }
    }
    assertThat(found)
        .as("use %s for whole numbers, String.format(Locale.ROOT, ...) else")
        .isEmpty();
  }

  @Test
  void filesAreShort() throws IOException {
    List<Integer> sorted = mainFiles().stream().map(SourceRulesTest::lines).sorted().toList();
    assertThat(sorted).as("main files below " + ROOT).hasSizeGreaterThan(50);
    int median = sorted.get(sorted.size() / 2);
    System.out.printf(
        "  %d main files: median %d lines, longest %d%n", sorted.size(), median, sorted.getLast());
    assertThat(median).isLessThanOrEqualTo(MEDIAN_FILE);
    TreeMap<String, Integer> longFiles = new TreeMap<>();
    for (Path file : writtenFiles()) {
      int lines = lines(file);
      if (lines > LONGEST_FILE) {
        longFiles.put(ROOT.relativize(file).toString(), lines);
      }
    }
    assertThat(longFiles).as("files of more than %s lines", LONGEST_FILE).isEmpty();
  }

  private static int lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return (int) lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "^ *public (?:(?:abstract|final|static|sealed|non-sealed|strictfp) )*"
              + "(?:class|interface|record|enum|@interface) (\\w+)");

  @Test
  void publicTypesOfVarApiAreDocumented() throws IOException {
    List<String> undocumented = new ArrayList<>();
    int types = 0;
    for (Path file : javaFiles(ROOT.resolve("var-api/src/main/java"))) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        Matcher type = PUBLIC_TYPE.matcher(lines.get(i));
        if (type.find()) {
          types++;
          int before = i - 1;
          while (before >= 0 && lines.get(before).strip().startsWith("@")) {
            before--;
          }
          if (before < 0 || !lines.get(before).strip().endsWith("*/")) {
            undocumented.add(file.getFileName() + ": " + type.group(1));
          }
        }
      }
    }
    assertThat(types).isGreaterThan(40);
    assertThat(undocumented).isEmpty();
  }

  @Test
  void packagesAreDocumentedAndNullMarked() throws IOException {
    TreeSet<String> missing = new TreeSet<>();
    for (Path file : mainFiles()) {
      Path info = file.resolveSibling("package-info.java");
      if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
        missing.add(ROOT.relativize(file.getParent()).toString());
      }
    }
    assertThat(missing).isEmpty();
  }

  /** Hand-written sources of the library modules and the command line. */
  private static List<Path> mainFiles() throws IOException {
    return writtenFiles().stream()
        .filter(file -> file.toString().contains("/src/main/"))
        .filter(file -> !ROOT.relativize(file).startsWith("bench"))
        .toList();
  }

  /** Hand-written sources of all modules, their tests among them. */
  private static List<Path> writtenFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module :
          modules.filter(folder -> Files.exists(folder.resolve("pom.xml"))).toList()) {
        for (String part : List.of("src/main/java", "src/test/java")) {
          if (Files.isDirectory(module.resolve(part))) {
            files.addAll(javaFiles(module.resolve(part)));
          }
        }
      }
    }
    return files;
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("module-info.java"))
          .sorted()
          .toList();
    }
  }
}
