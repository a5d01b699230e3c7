package io.nextscale.cli;

import io.nextscale.var.model.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Pictures in a sub-folder for each class.
 *
 * @param pictures files and their classes, in the order of the classes
 */
record ClassFolders(List<Labelled> pictures) {
  private static final String LIST = "classes.txt";

  /** A file, of which nothing is known yet, and the number of its class. */
  record Labelled(Path file, int classId) {}

  /**
   * Lists the files. A sub-folder's name is a class of the model, by name or number; or, if there
   * is a {@code classes.txt}, one of its lines, the first of which is class 0.
   *
   * @throws CommandException if there are no sub-folders or no files in them, or a class is unknown
   */
  static ClassFolders read(Path folder, ModelSpec spec) {
    if (!Files.isDirectory(folder)) {
      throw new CommandException("--data " + folder + ": no such folder");
    }
    List<Path> folders = children(folder, Files::isDirectory);
    if (folders.isEmpty()) {
      throw new CommandException("--data " + folder + ": no sub-folder, expected one a class");
    }
    List<String> listed = listed(folder.resolve(LIST), spec);
    Map<Integer, Path> byClass = new TreeMap<>();
    for (Path each : folders) {
      int id = listed.isEmpty() ? classOf(each, spec) : listedClass(each, listed);
      Path other = byClass.putIfAbsent(id, each);
      if (other != null) {
        throw new CommandException(other + " and " + each + " are both of class " + id);
      }
    }
    List<Labelled> pictures = new ArrayList<>();
    byClass.forEach(
        (id, each) ->
            children(each, Files::isRegularFile).forEach(f -> pictures.add(new Labelled(f, id))));
    if (pictures.isEmpty()) {
      throw new CommandException("--data " + folder + ": no pictures in its sub-folders");
    }
    return new ClassFolders(List.copyOf(pictures));
  }

  private static int classOf(Path folder, ModelSpec spec) {
    String name = name(folder);
    try {
      return spec.classId(name);
    } catch (IllegalArgumentException e) {
      if (name.contains("_")) {
        try {
          return spec.classId(name.replace('_', ' '));
        } catch (IllegalArgumentException ignored) {
          // the message about the name as it is says more
        }
      }
      throw new CommandException(folder + ": " + e.getMessage() + "; or list it in " + LIST, e);
    }
  }

  private static int listedClass(Path folder, List<String> listed) {
    int id = listed.indexOf(name(folder));
    if (id < 0) {
      throw new CommandException(folder + ": not one of the classes in " + LIST);
    }
    return id;
  }

  /** The names of the classes in order; empty if there is no list. */
  private static List<String> listed(Path file, ModelSpec spec) {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> names;
    try {
      names =
          Files.readAllLines(file).stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
    } catch (MalformedInputException e) {
      throw new CommandException(file + ": no text in UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (names.isEmpty() || names.size() > spec.noClass()) {
      throw new CommandException(
          file + ": " + names.size() + " classes, " + spec.name() + " has " + spec.noClass());
    }
    for (int i = 0; i < names.size(); i++) {
      if (names.indexOf(names.get(i)) < i) {
        throw new CommandException(file + ": \"" + names.get(i) + "\" is there twice");
      }
      if (!spec.classNames().isEmpty() && !agree(names.get(i), spec.className(i))) {
        throw new CommandException(
            file
                + ": class "
                + i
                + " is \""
                + names.get(i)
                + "\", that of "
                + spec.name()
                + " is \""
                + spec.className(i)
                + '"');
      }
    }
    return names;
  }

  private static boolean agree(String name, String other) {
    return name.replace('_', ' ').equalsIgnoreCase(other.replace('_', ' '));
  }

  /** What a folder holds, by name; hidden files are left out. */
  private static List<Path> children(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> !name(p).startsWith(".")).filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
