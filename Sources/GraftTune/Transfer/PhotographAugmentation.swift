import GraftData
import GraftTensor

/// The usual augmentation of photographs, by one number.
///
/// From 0 to 1: a random part of at least 1 to 0.2 of the area, resized to the network's side; a mirror image in half of the cases, as soon as
/// the strength is not 0; turned by up to 0 to 20 degrees; brightness, contrast and saturation up to 0 to 0.4 more or less. It is the
/// strength that has to be searched: the less data, the more.
///
/// - Parameters:
///   - strength: traps unless in 0...1.
///   - side: height and width of what comes out.
public func photographAugmentation(strength: Double, side: Int) -> Compose {
  require((0...1).contains(strength), "photographAugmentation: a strength of \(strength)")
  let crop = RandomResizedCrop(side: side, scale: (1 - 0.8 * strength)...1)
  guard strength > 0 else { return Compose([crop]) }
  let change = 0.4 * strength
  return crop + HorizontalFlip() + RandomRotation(degrees: (-20 * strength)...(20 * strength))
    + ColorJitter(brightness: change, contrast: change, saturation: change)
}
