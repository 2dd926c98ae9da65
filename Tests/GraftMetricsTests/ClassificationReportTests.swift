import Foundation
import GraftMetrics
import GraftTensor
import Testing

@Suite struct ClassificationReportTests {
  private var matrix: ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: 3, names: ["cat", "dog", "owl"])
    matrix.add(predictions: Tensor([0, 0, 1, 2, 2]), labels: Tensor([0, 0, 0, 1, 2]))
    return matrix
  }

  private var multilabel: MultilabelScores {
    var scores = MultilabelScores(labels: 2, names: ["sea, calm", "\"sun\""])
    scores.add(
      predictions: Tensor([[true, false], [true, true], [false, false]]),
      labels: Tensor([[true, false], [false, true], [true, true]]))
    return scores
  }

  @Test func printsATable() {
    #expect(
      ClassificationReport(matrix).description == """
                          precision  recall     f1  support
        cat                   1.000   0.667  0.800        3
        dog                   0.000   0.000  0.000        1
        owl                   0.500   1.000  0.667        1

        accuracy                             0.600        5
        macro average         0.500   0.556  0.489        5
        weighted average      0.700   0.600  0.613        5
        """)
  }

  @Test func ofSeveralLabelsHasMoreAverages() {
    // Labels: 1 of 2 predictions and 1 of 2 samples; 1 of 1 and 1 of 2. Samples: F1 of 1, 2/3 and 0.
    #expect(
      ClassificationReport(multilabel).table(decimals: 2) == """
                          precision  recall    f1  support
        sea, calm              0.50    0.50  0.50        2
        "sun"                  1.00    0.50  0.67        2

        subset accuracy                      0.33        3
        micro average          0.67    0.50  0.57        4
        macro average          0.75    0.50  0.58        4
        weighted average       0.75    0.50  0.58        4
        samples average        0.50    0.67  0.56        4
        """)
  }

  @Test func writesCommaSeparatedValues() {
    let lines = ClassificationReport(multilabel).csv().components(separatedBy: "\r\n")
    #expect(lines[0] == "class,precision,recall,f1,support")
    #expect(lines[1] == "\"sea, calm\",0.5,0.5,0.5,2")
    #expect(lines[2].hasPrefix("\"\"\"sun\"\"\",1.0,0.5,0.66666"))
    #expect(lines[3] == "subset accuracy,,,0.3333333333333333,3")
    #expect(lines.count == 9 && lines.last == "")
  }

  @Test func decodesWhatItEncoded() throws {
    for report in [ClassificationReport(matrix), ClassificationReport(multilabel)] {
      let encoded = try JSONEncoder().encode(report)
      #expect(try JSONDecoder().decode(ClassificationReport.self, from: encoded) == report)
    }
  }
}
