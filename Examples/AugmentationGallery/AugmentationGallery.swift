import ExampleSupport
import Foundation
import Graft

/// Draws a picture for each augmentation: the original, and four draws of it in a row.
@main
struct AugmentationGallery {
  private static let usage = """
    USAGE: augmentation-gallery --out FOLDER [--image FILE] [--markdown FILE]

      --out FOLDER       where to put a PNG for each augmentation
      --image FILE       a picture of your own, PPM or PGM; JPEG and PNG with a build with --traits ImageFiles
                         (default: a landscape that the program draws)
      --markdown FILE    write the tables of the guide
    """

  static func main() {
    runExample("augmentation-gallery", usage: usage) { words in
      var (folder, picture, markdown): (URL?, URL?, URL?)
      var arguments = Arguments(words)
      while let option = arguments.next() {
        switch option {
        case "--out": folder = try arguments.file(of: option)
        case "--image": picture = try arguments.file(of: option)
        case "--markdown": markdown = try arguments.file(of: option)
        default: throw Mistake("unknown option \(option)")
        }
      }
      guard let folder else { throw Mistake("--out is missing") }
      let image = try picture.map { try original($0) } ?? Scene.image(height: 96, width: 128)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      var tables = ""
      for (title, exhibits) in [
        ("Geometry", Gallery.geometry), ("Colour, blur, noise", Gallery.color),
        ("Policies", Gallery.policies),
      ] {
        tables += "### \(title)\n\n| augmentation | the original, and four draws |\n|---|---|\n"
        for exhibit in exhibits {
          let file = folder.appendingPathComponent(exhibit.name + ".png")
          try strip(of: exhibit.augmentation, on: image).pngData().write(to: file)
          tables +=
            "| `\(exhibit.code)` | ![\(exhibit.name)](\(folder.lastPathComponent)/\(exhibit.name).png) |\n"
        }
        tables += "\n"
      }
      try markdown.map { try Data(tables.utf8).write(to: $0) }
    }
  }

  /// A picture from a file, small enough to stand five times in a row.
  private static func original(_ file: URL) throws -> Tensor<UInt8> {
    let image = try Tensor<UInt8>(image: file)
    return image.resized(to: ImageSize(of: image).scaled(shorterSide: 96))
  }

  /// The original and four draws of an augmentation, each in the middle of a white field.
  private static func strip(
    of augmentation: any ImageAugmentation, on image: Tensor<UInt8>
  ) -> Tensor<UInt8> {
    let pictures =
      [image]
      + (0..<4).map { seed in
        var generator = RandomGenerator(seed: UInt64(seed))
        return augmentation(image, using: &generator)
      }
    let gap = 6
    let height = pictures.map { $0.shape[1] }.max() ?? 0
    let width = pictures.map { $0.shape[2] }.max() ?? 0
    return .concatenated(
      pictures.enumerated().map { index, picture in
        let (rows, columns) = (height - picture.shape[1], width - picture.shape[2])
        let after = index + 1 < pictures.count ? gap : 0
        return picture.padded(
          [(0, 0), (rows / 2, rows - rows / 2), (columns / 2, columns - columns / 2 + after)], with: 255)
      }, along: 2)
  }
}
