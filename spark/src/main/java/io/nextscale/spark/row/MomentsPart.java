package io.nextscale.spark.row;

import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.evaluate.metric.Moments;
import java.io.Serial;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The moments of a part of a set, as they go from task to task: 66 MB.
 *
 * @param pooled count, mean and scatter of the pooled features
 * @param spatial those of the spatial features
 */
public record MomentsPart(Sums pooled, Sums spatial) implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  /** Count, mean and scatter. */
  public record Sums(long count, double[] mean, double[] scatter) implements Serializable {
    @Serial private static final long serialVersionUID = 1;

    static Sums of(Moments moments) {
      return new Sums(moments.count(), moments.mean(), moments.scatter());
    }

    /** The moments themselves. */
    public Moments moments() {
      return Moments.of(count, mean, scatter);
    }

    Sums plus(Sums other) {
      Moments sum = moments();
      sum.merge(other.moments());
      return of(sum);
    }
  }

  /**
   * Adds up the moments of rows.
   *
   * @param rows columns {@code pooled} and {@code spatial}, none null
   * @return one, or none if there are no rows
   */
  public static Iterator<MomentsPart> of(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return List.<MomentsPart>of().iterator();
    }
    Moments pooled = new Moments(InceptionFeatures.POOLED);
    Moments spatial = new Moments(InceptionFeatures.SPATIAL);
    while (rows.hasNext()) {
      Row row = rows.next();
      pooled.add(floats(row, 0), 0);
      spatial.add(floats(row, 1), 0);
    }
    return List.of(new MomentsPart(Sums.of(pooled), Sums.of(spatial))).iterator();
  }

  /** Adds the moments of another part. */
  public MomentsPart plus(MomentsPart other) {
    return new MomentsPart(pooled.plus(other.pooled), spatial.plus(other.spatial));
  }

  /** The values of an array of floats. */
  public static float[] floats(Row row, int column) {
    scala.collection.Seq<Float> values = row.getSeq(column);
    float[] copied = new float[values.length()];
    scala.collection.Iterator<Float> each = values.iterator();
    for (int i = 0; i < copied.length; i++) {
      copied[i] = each.next();
    }
    return copied;
  }
}
