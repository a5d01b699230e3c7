package io.nextscale.evaluate;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.WeightSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.BiFunction;

/** The file of the network's weights, which the user fetches. */
final class InceptionWeights {
  /** The file name ends with the beginning of its SHA-256, as PyTorch's hub names files. */
  static final String SUM = "6726825d";

  private static final String NAME = "pt_inception-2015-12-05-" + SUM + ".pth";

  private InceptionWeights() {}

  /**
   * Reads the weights of a file.
   *
   * @param any whether a file of other content is allowed; its figures compare with no table
   * @param network makes something of the weights, which are closed then, and the file's SHA-256
   * @throws EvaluationException if the file is missing, damaged, or is not the official one
   */
  static <T> T read(Path file, boolean any, BiFunction<WeightSource, String, T> network) {
    String sum = verify(file, any);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return network.apply(new CheckpointWeights(checkpoint), sum);
    } catch (CheckpointException e) {
      throw new EvaluationException(String.valueOf(e.getMessage()));
    }
  }

  private static String verify(Path file, boolean any) {
    if (!Files.isRegularFile(file)) {
      throw new EvaluationException(file, null, "no such file. " + remedy());
    }
    String sum = sha256(file);
    if (!any && !sum.startsWith(SUM)) {
      throw new EvaluationException(
          file,
          null,
          "its SHA-256 is %s…, expected %s…: not the official weights, whose figures alone compare with the papers'. %s"
              .formatted(sum.substring(0, SUM.length()), SUM, remedy()));
    }
    return sum;
  }

  private static String remedy() {
    return "Fetch "
        + NAME
        + " from the releases of mseitzer/pytorch-fid on GitHub (tag fid_weights), about 91 MiB";
  }

  private static String sha256(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[1 << 16];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        digest.update(block, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new EvaluationException(file, null, "cannot be read: " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
