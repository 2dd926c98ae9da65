import Foundation
import Graft

/// A small drawn landscape: colours of every kind, straight and slanting edges, an up and a down, a left and a right.
///
/// It is computed, so that the pictures of the guide need nobody's photograph.
struct Scene {
  private struct Color {
    var red, green, blue: Double

    init(_ red: Double, _ green: Double, _ blue: Double) {
      (self.red, self.green, self.blue) = (red, green, blue)
    }

    func mixed(with other: Color, _ share: Double) -> Color {
      Color(
        red + (other.red - red) * share, green + (other.green - green) * share,
        blue + (other.blue - blue) * share)
    }

    static func + (left: Color, right: Color) -> Color {
      Color(left.red + right.red, left.green + right.green, left.blue + right.blue)
    }
  }

  /// The picture as bytes, `[3, height, width]`.
  static func image(height: Int, width: Int) -> Tensor<UInt8> {
    let samples = [1.0 / 6, 0.5, 5.0 / 6]
    var planes = [[UInt8]](repeating: [], count: 3)
    for row in 0..<height {
      for column in 0..<width {
        var sum = Color(0, 0, 0)
        for down in samples {
          for right in samples {
            // Heights and widths are in units of the height, so that circles are round.
            sum =
              sum
              + color(
                x: (Double(column) + right) / Double(height), y: (Double(row) + down) / Double(height))
          }
        }
        for (plane, value) in [sum.red, sum.green, sum.blue].enumerated() {
          planes[plane].append(UInt8((value / 9).rounded()))
        }
      }
    }
    return Tensor(shape: [3, height, width], scalars: planes.flatMap { $0 })
  }

  /// What is seen at a place of a picture of height 1.
  private static func color(x: Double, y: Double) -> Color {
    house(x, y) ?? tree(x, y) ?? ground(x, y) ?? sun(x, y) ?? sky(y)
  }

  private static func sky(_ y: Double) -> Color {
    Color(70, 130, 215).mixed(with: Color(225, 235, 245), min(1, y / 0.62))
  }

  private static func sun(_ x: Double, _ y: Double) -> Color? {
    hypot(x - 1.08, y - 0.2) < 0.1 ? Color(255, 214, 70) : nil
  }

  private static func ground(_ x: Double, _ y: Double) -> Color? {
    if y > 0.72 + 0.05 * sin(3 * x + 1) { return Color(96, 160, 62).mixed(with: Color(50, 110, 40), y) }
    if y > 0.55 + 0.1 * sin(4.2 * x) { return Color(120, 150, 130) }
    return nil
  }

  private static func house(_ x: Double, _ y: Double) -> Color? {
    let middle = 0.46
    if (0.62...0.9).contains(y), abs(x - middle) < 0.2 {
      if y > 0.74, (0.42...0.5).contains(x) { return Color(92, 58, 32) }
      for window in [0.34, 0.58] where abs(x - window) < 0.045 && abs(y - 0.72) < 0.045 {
        let isBar = abs(x - window) < 0.008 || abs(y - 0.72) < 0.008
        return isBar ? Color(250, 250, 250) : Color(60, 80, 120)
      }
      return Color(196, 70, 52)
    }
    // The roof narrows towards its top; the chimney stands on its right side.
    if (0.45...0.62).contains(y), abs(x - middle) < 0.24 * (y - 0.45) / 0.17 { return Color(78, 66, 74) }
    if (0.44...0.56).contains(y), (0.56...0.6).contains(x) { return Color(140, 60, 48) }
    return nil
  }

  private static func tree(_ x: Double, _ y: Double) -> Color? {
    if hypot(x - 0.98, (y - 0.58) * 0.8) < 0.12 { return Color(34, 104, 48) }
    return (0.6...0.88).contains(y) && abs(x - 0.98) < 0.022 ? Color(104, 70, 38) : nil
  }
}
