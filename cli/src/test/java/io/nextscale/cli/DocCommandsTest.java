package io.nextscale.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.cli.output.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** The commands that the README, docs and the help show are commands, with options that exist. */
class DocCommandsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final Pattern BLOCK = Pattern.compile("```(\\w*)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

  /** A program or script of this repository, at the beginning of a command. */
  private static final Pattern OWN_FILE = Pattern.compile("(?:\\./|bin/|bench/)[\\w/-]+");

  /** A word that stands for a value. */
  private static final Pattern PLACEHOLDER = Pattern.compile(".*(…|y0,x0|\\b[A-Z]+\\b(?!\\.)).*");

  /** Options of java and of spark-submit. */
  private static final Set<String> OTHER_PROGRAMS =
      Set.of("--enable-native-access", "--add-opens", "--packages", "--conf", "--archives");

  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

  private final CommandLine line =
      new CommandTree(new Console(NOWHERE, NOWHERE, false, System.nanoTime())).line();

  private final List<String> all = List.copyOf(line.getSubcommands().keySet());

  private static TreeMap<String, String> pages() throws IOException {
    TreeMap<String, String> pages = new TreeMap<>();
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      for (Path page :
          Stream.concat(top, docs).filter(path -> path.toString().endsWith(".md")).toList()) {
        pages.put(ROOT.relativize(page).toString(), Files.readString(page));
      }
    }
    assertThat(pages).containsKeys("README.md", "docs/EVALUATION.md", "docs/models/emoji-var.md");
    return pages;
  }

  /** Lines of the blocks without a language; continued lines are one, comments are left out. */
  private static List<String> shellLines(String page) {
    List<String> lines = new ArrayList<>();
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      String code = block.group(1).isEmpty() ? block.group(2) : "";
      joined(code).lines().map(text -> text.replaceFirst("\\s+# .*", "")).forEach(lines::add);
    }
    return lines;
  }

  /** Makes one line of continued ones. */
  private static String joined(String code) {
    return code.replaceAll("\\\\\n\\s*", "");
  }

  private static List<String> spans(String page) {
    List<String> spans = new ArrayList<>();
    Matcher span = SPAN.matcher(page.replaceAll("(?s)```.*?```", ""));
    while (span.find()) {
      spans.add(span.group(1));
    }
    return spans;
  }

  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      words.add(
          Stream.of(1, 2, 3)
              .map(word::group)
              .flatMap(Stream::ofNullable)
              .findFirst()
              .orElseThrow());
    }
    return words;
  }

  /** The arguments of a {@code nextscale} command; empty if it is another's. */
  private static Optional<String[]> arguments(String command) {
    List<String> words = new ArrayList<>(words(command));
    if (words.size() < 2 || !words.getFirst().matches("(\\./)?nextscale")) {
      return Optional.empty();
    }
    words.removeIf(word -> word.equals("…")); // more options
    return Optional.of(words.subList(1, words.size()).toArray(String[]::new));
  }

  private void requireParsed(String place, String command, String... arguments) {
    assertThat(line.getSubcommands()).as(place).containsKey(arguments[0]);
    try {
      line.parseArgs(arguments);
    } catch (ParameterException e) {
      throw new AssertionError("%s: %s: %s".formatted(place, command, e.getMessage()), e);
    }
  }

  @Test
  void commandsInBlocksParse() throws IOException {
    int commands = 0;
    for (var page : pages().entrySet()) {
      for (String shell : shellLines(page.getValue())) {
        Optional<String[]> arguments = arguments(shell);
        arguments.ifPresent(given -> requireParsed(page.getKey(), shell, given));
        commands += arguments.isPresent() ? 1 : 0;
      }
    }
    assertThat(commands).isGreaterThan(25);
  }

  /** So that the other tests of this class find something. */
  @Test
  void aWrongOptionIsFound() {
    assertThatThrownBy(() -> requireParsed("page", "sample", "sample", "--clas", "bird"))
        .hasMessageContaining("--clas");
    assertThatThrownBy(() -> requireTaken("page", "--clas", all, List.of("--clas")))
        .hasMessageContaining("commands for `--clas`");
    assertThatThrownBy(() -> requireTaken("page", "--cfg x", all, List.of("--cfg", "x")))
        .hasMessageContaining("commands for `--cfg x`");
    requireTaken("page", "--port N", all, List.of("--port", "N"));
    assertThat(shellLines("```java\na\n```\n\n```\nb \\\n  c   # d\n```\n")).containsExactly("b c");
    assertThat(arguments("./nextscale a \"b c\" …").orElseThrow()).containsExactly("a", "b c");
  }

  @Test
  void examplesInTheHelpParse() {
    int commands = 0;
    for (CommandLine command : line.getSubcommands().values()) {
      String footers = String.join("\n", command.getCommandSpec().usageMessage().footer());
      for (String footer : joined(footers).lines().toList()) {
        Matcher example = Pattern.compile("nextscale .*").matcher(footer);
        if (example.find()) {
          String[] arguments = arguments(example.group().replace("%%", "%")).orElseThrow();
          boolean whole = !example.group().contains("…");
          if (whole) {
            requireParsed("help", example.group(), arguments);
          }
          commands++;
        }
      }
    }
    assertThat(commands).isGreaterThanOrEqualTo(15);
  }

  @Test
  void optionsInTextsExist() throws IOException {
    TreeMap<String, String> pages = pages();
    pages.keySet().removeIf(page -> page.startsWith("docs/experiments")); // options of bench/run
    for (var page : pages.entrySet()) {
      for (String span : spans(page.getValue())) {
        List<String> words = words(span);
        if (span.matches("(\\./)?nextscale .+")) {
          requireTaken(page.getKey(), span, List.of(words.get(1)), words.subList(2, words.size()));
        } else if (span.startsWith("--")
            && !OTHER_PROGRAMS.contains(words.getFirst().replaceFirst("=.*", ""))) {
          requireTaken(page.getKey(), span, all, words);
        }
      }
    }
  }

  /** Requires that a command takes the options of a text, of which there may be more. */
  private void requireTaken(
      String place, String span, List<String> commands, List<String> options) {
    List<String> names =
        options.stream()
            .filter(word -> word.startsWith("--"))
            .map(word -> word.replaceFirst("=.*", ""))
            .toList();
    boolean values = options.stream().noneMatch(word -> PLACEHOLDER.matcher(word).matches());
    assertThat(commands)
        .as("%s: commands for `%s`", place, span)
        .anyMatch(command -> takes(command, names) && (!values || parses(command, options)));
  }

  private boolean takes(String command, List<String> names) {
    CommandLine known = line.getSubcommands().get(command);
    return known != null && known.getCommandSpec().optionsMap().keySet().containsAll(names);
  }

  /** Whether the values are right; an option may be missing. */
  private boolean parses(String command, List<String> options) {
    List<String> arguments = new ArrayList<>(options);
    arguments.addFirst(command);
    try {
      line.parseArgs(arguments.toArray(String[]::new));
      return true;
    } catch (MissingParameterException e) {
      return true;
    } catch (ParameterException e) {
      return false;
    }
  }

  @Test
  void scriptsExist() throws IOException {
    Set<String> scripts = new LinkedHashSet<>();
    for (var page : pages().entrySet()) {
      Stream.concat(shellLines(page.getValue()).stream(), spans(page.getValue()).stream())
          .map(OWN_FILE::matcher)
          .filter(Matcher::lookingAt)
          .map(Matcher::group)
          .forEach(scripts::add);
    }
    assertThat(scripts).contains("./mvnw", "bin/fetch-emoji", "bench/run");
    assertThat(scripts).allSatisfy(script -> assertThat(ROOT.resolve(script)).isExecutable());
  }
}
