package io.nextscale.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Conditions beside the code on which a fraction of a limit depends. Faster products make
 * everything around them a larger share of the time, so fractions compare only between runs with
 * the same kind of products on the same number of threads, wherever they ran.
 *
 * @param kind conditions under which fractions compare, by their name for a person
 * @param others conditions that are worth knowing: machine, versions, settings
 */
record RunConditions(Map<String, String> kind, Map<String, String> others) {
  private static final Pattern CAPABILITY = Pattern.compile("CPU capability usage: *(.*)");
  private static final List<String> BFLOAT16 = List.of("avx512_bf16", "amx_bf16", "bf16");

  /** The conditions of this process. */
  static RunConditions now(LimitOptions options) throws IOException {
    return of(
        new ResultNode(MachineInfo.machine()),
        new ResultNode(MachineInfo.versions()),
        options.typeName(),
        options.quick());
  }

  /**
   * Reads the conditions of kept results.
   *
   * @throws IllegalArgumentException if the file lacks them
   */
  static RunConditions of(ResultNode kept) {
    return of(
        kept.node("machine"),
        kept.node("versions"),
        kept.text("compute_type"),
        Boolean.TRUE.equals(kept.map().get("quick")));
  }

  private static RunConditions of(
      ResultNode machine, ResultNode versions, String typeName, boolean quick) {
    Map<String, String> kind = new LinkedHashMap<>();
    kind.put("threads", Long.toString((long) versions.number("threads")));
    kind.put("instructions of libtorch's kernels", capability(versions));
    if (typeName.equals("bf16")) {
      boolean native16 = machine.texts("instructions").stream().anyMatch(BFLOAT16::contains);
      kind.put("bfloat16", native16 ? "by instructions of the processor" : "without instructions");
    }
    kind.put("sizes", quick ? "those of --quick" : "full");
    Map<String, String> others = new LinkedHashMap<>();
    others.put("processor", machine.text("cpu"));
    others.put("libtorch", versions.text("libtorch"));
    others.put("Java", versions.text("java"));
    others.put("settings", versions.node("environment").map().toString());
    return new RunConditions(kind, others);
  }

  private static String capability(ResultNode versions) {
    for (String line : versions.texts("libtorch_build")) {
      Matcher capability = CAPABILITY.matcher(line);
      if (capability.find()) {
        return capability.group(1).strip();
      }
    }
    return "unknown";
  }

  /** Differences that forbid a comparison with kept results, a line for each. */
  List<String> differentKind(RunConditions kept) {
    return differences(kind, kept.kind);
  }

  /** Other differences, a line for each. */
  List<String> differentOthers(RunConditions kept) {
    return differences(others, kept.others);
  }

  private static List<String> differences(Map<String, String> now, Map<String, String> kept) {
    List<String> lines = new ArrayList<>();
    now.forEach(
        (name, value) -> {
          if (!Objects.equals(kept.get(name), value)) {
            lines.add("%s: %s, kept %s".formatted(name, value, kept.get(name)));
          }
        });
    return lines;
  }

  /** Says why results of another kind are not compared. */
  static String refusal(List<String> differences) {
    return differences.stream()
        .map(line -> "  " + line)
        .collect(
            Collectors.joining(
                "\n",
                "the kept results are of another kind, their fractions do not compare:\n",
                "\nkeep results of this machine (--json FILE) and compare with those, or compare"
                    + " with --anyway"));
  }
}
