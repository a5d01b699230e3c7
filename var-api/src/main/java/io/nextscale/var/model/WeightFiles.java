package io.nextscale.var.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The weight files of a model folder: {@code vae.*} and {@code transformer.*}, else files with the
 * names under which VAR, FlexVAR and LlamaGen are published, or which their trainers write.
 */
enum WeightFiles {
  /** The tokenizer. */
  VAE(
      "vae",
      "vae_ch\\d+v\\d+z\\d+\\.pth|flexvae\\.(pth|pt)|vq(_ds\\d+_\\w+)?\\.pt|" + Official.AIM),
  /** The transformer. */
  TRANSFORMER(
      "transformer",
      "var_d\\d+(_\\w+)?\\.pth|flexvar[-_]?d\\d+([-_]epo\\d+)?\\.pth|ar-ckpt-(best|last)\\.pth"
          + "|c2i_\\w+\\.pt|"
          + Official.AIM);

  /** Names of files that hold both parts. */
  private static final class Official {
    static final String AIM = "model\\.safetensors|pytorch_model\\.bin";
  }

  private final String part;
  private final Pattern official;

  WeightFiles(String part, String official) {
    this.part = part;
    this.official = Pattern.compile(official);
  }

  /** Name of the part, which is also the key in "files" of a {@code config.json}. */
  String part() {
    return part;
  }

  /** The names of a folder's own files. */
  List<String> ownNames() {
    return List.of(part + ".safetensors", part + ".pth", part + ".pt");
  }

  /**
   * Finds the file in a folder.
   *
   * @return null if there is none
   * @throws ModelException if several files have official names, or the folder cannot be read
   */
  @Nullable Path find(Path folder) {
    for (String name : ownNames()) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    List<Path> found;
    try (Stream<Path> files = Files.list(folder)) {
      found =
          files
              .filter(Files::isRegularFile)
              .filter(
                  file ->
                      official
                          .matcher(file.getFileName().toString().toLowerCase(Locale.ROOT))
                          .matches())
              .sorted()
              .toList();
    } catch (IOException e) {
      throw new ModelException("model " + folder + ": cannot be read: " + e, e);
    }
    if (found.size() > 1) {
      throw new ModelException(
          "model %s: it has several weight files of a %s: %s; name one as \"%s\" under \"files\" in its config.json"
              .formatted(
                  folder, part, found.stream().map(file -> file.getFileName()).toList(), part));
    }
    return found.isEmpty() ? null : found.getFirst();
  }
}
