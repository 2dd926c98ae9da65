import Foundation
import GraftMetrics
import GraftTensor
import Testing

@Suite struct DrawingTests {
  /// The elements of a picture and the texts behind them; `nil` unless it is well-formed: what is opened is closed in order,
  /// and no character that is markup stands elsewhere.
  private struct Elements {
    private(set) var elements: [(name: String, attributes: [String: String])] = []
    private(set) var texts: [String] = []

    init?(_ svg: String) {
      var open: [String] = []
      for piece in svg.components(separatedBy: "<").dropFirst() {
        let parts = piece.components(separatedBy: ">")
        guard parts.count == 2, let text = Elements.unescaped(parts[1]) else { return nil }
        if parts[0].hasPrefix("/") {
          guard open.popLast() == String(parts[0].dropFirst()) else { return nil }
        } else {
          let name = String(parts[0].prefix { $0.isLetter })
          var attributes: [String: String] = [:]
          for match in parts[0].matches(of: /([\w-]+)="([^"]*)"/) {
            attributes[String(match.1)] = Elements.unescaped(String(match.2))
          }
          elements.append((name, attributes))
          if !parts[0].hasSuffix("/") { open.append(name) }
          texts.append(text)
        }
      }
      if !open.isEmpty { return nil }
    }

    private static func unescaped(_ text: String) -> String? {
      let entities = ["lt": "<", "gt": ">", "quot": "\"", "#39": "'", "amp": "&"]
      var pieces = text.components(separatedBy: "&")
      for index in pieces.indices.dropFirst() {
        let parts = pieces[index].split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let character = entities[String(parts[0])] else { return nil }
        pieces[index] = character + parts[1]
      }
      return pieces.joined()
    }

    func of(_ name: String) -> [[String: String]] { elements.filter { $0.name == name }.map(\.attributes) }
  }

  private var matrix: ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: 3, names: ["<cats> & \"dogs\"", "owl's", "\u{7}bell"])
    matrix.add(predictions: Tensor([0, 0, 1, 2, 2]), labels: Tensor([0, 0, 0, 1, 2]))
    return matrix
  }

  @Test func aMatrixHasACountInEveryCell() throws {
    let elements = try #require(Elements(matrix.svg(title: "a < b")))
    #expect(elements.of("svg").count == 1)
    // The ground, and the cells that are not empty.
    #expect(elements.of("rect").count == 1 + 4)
    let texts = elements.texts.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    for text in ["a < b", "<cats> & \"dogs\"", "owl's", "\u{FFFD}bell", "predicted", "actual"] {
      #expect(texts.contains(text), "\(text)")
    }
    #expect(texts.filter { $0 == "1" }.count == 3 && texts.filter { $0 == "2" }.count == 1)
    #expect(texts.filter { $0 == "0" }.count == 5)
  }

  @Test func aLargeMatrixHasNoNumbersAndBoundedSize() throws {
    var matrix = ConfusionMatrix(classes: 200)
    matrix.add(predictions: Tensor((0..<200).map { Int32($0) }), labels: Tensor((0..<200).map { Int32($0) }))
    let elements = try #require(Elements(matrix.svg()))
    #expect(elements.of("rect").count == 201 && elements.of("text").count == 2 + 400)
    #expect(Double(try #require(elements.of("svg").first?["width"])) ?? .infinity < 1200)
  }

  @Test func curvesGoFromCornerToCorner() throws {
    var ranking = BinaryRanking()
    ranking.add(scores: Tensor([3, 2, 1, 0]), labels: Tensor([1, 0, 1, 0]))
    let roc = try #require(ranking.rocCurve())
    let elements = try #require(Elements(ROCCurve.svg(of: [("a", roc), ("b & c", roc)])))
    let curves = elements.of("polyline").filter { $0["stroke-width"] == "2" }
    // Two in the legend, two in the plot, those from bottom left to top right.
    #expect(curves.count == 4)
    let points = try #require(curves.last?["points"]).split(separator: " ").map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    #expect(points.count == roc.points.count)
    let (first, last) = (try #require(points.first), try #require(points.last))
    #expect(last[0] - first[0] == 320 && first[1] - last[1] == 320)
    #expect(elements.texts.contains { $0.contains("b & c: area 0.750") })
    let recall = try #require(ranking.precisionRecallCurve()).svg()
    #expect(try #require(Elements(recall)).texts.contains { $0.contains("average precision 0.833") })
  }

  @Test func aCurveOfManyPointsIsNoLargerThanWhatIsSeen() throws {
    var generator = RandomGenerator(seed: 2)
    var ranking = BinaryRanking()
    ranking.add(
      scores: .normal([20000], using: &generator),
      labels: Tensor((0..<20000).map { _ in Int32(generator.integer(below: 2)) }))
    let curve = try #require(ranking.rocCurve())
    #expect(curve.points.count > 8000)
    // Each kept step is a quarter of a unit or more in one direction, and there are 320 units in each; then the scale.
    #expect(curve.svg().utf8.count < 2 * 1281 * 16 + 4000)
    let points = try #require(Elements(curve.svg())?.of("polyline").last?["points"]).split(separator: " ")
    #expect(points.first == "56,356" && points.last == "376,36")
  }

  @Test func reliabilityHasABarForEachRange() throws {
    var calibration = Calibration()
    calibration.add(positiveProbabilities: Tensor([0.1, 0.6, 0.9]), labels: Tensor([0, 1, 1]))
    let elements = try #require(Elements(calibration.table(bins: 4).svg()))
    // Accuracy and gap of three ranges.
    #expect(elements.of("rect").count == 6)
    #expect(elements.texts.contains { $0.contains("expected error 0.200, largest 0.400, 3 samples") })
  }
}
