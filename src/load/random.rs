//! Chance that comes out the same for the same seed, on every machine (SplitMix64).

/// A source of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The source for a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The number that belongs to one place in a sequence, whoever asks, and in whatever order.
    pub(super) fn at(seed: u64, place: u64) -> u64 {
        mix(seed.wrapping_add(place.wrapping_add(1).wrapping_mul(GAMMA)))
    }

    /// The next number.
    pub(super) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A number from an exponential distribution with the mean 1.
    pub(super) fn exponential(&mut self) -> f64 {
        -(1.0 - unit(self.draw())).ln()
    }

    /// A number between two, both included.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        let span = most.saturating_sub(least).saturating_add(1);
        least + self.draw() % span
    }
}

/// The golden ratio's fraction, as 64 bits.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number's place between 0 and 1, 1 excluded.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
pub(super) fn unit(number: u64) -> f64 {
    (number >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_its_number() {
        let mut random = Random::new(42);
        let drawn: Vec<u64> = (0..5).map(|_| random.draw()).collect();
        assert_eq!(drawn, (0..5).map(|place| Random::at(42, place)).collect::<Vec<_>>());
        // The first number for seed 0 in the published reference.
        assert_eq!(Random::at(0, 0), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn numbers_stay_between() {
        let mut random = Random::new(1);
        assert!((0..1000).map(|_| random.between(3, 5)).all(|number| (3..=5).contains(&number)));
        assert!((0..1000).map(|_| unit(random.draw())).all(|number| (0.0..1.0).contains(&number)));
    }
}
