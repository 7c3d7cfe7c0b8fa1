namespace Farthing.Diffusion.Randomness;

/// <summary>MT19937: Matsumoto and Nishimura 1998, seeded with one 32-bit word as in their 2002 version.</summary>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Size];
    private int _used = Size;

    public MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < Size; i++)
        {
            uint before = _state[i - 1];
            _state[i] = (1812433253 * (before ^ (before >> 30))) + i;
        }
    }

    public uint Next()
    {
        if (_used == Size)
        {
            Regenerate();
            _used = 0;
        }

        uint word = _state[_used++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }

    private void Regenerate()
    {
        var state = _state;
        for (int i = 0; i < Size - Middle; i++)
        {
            state[i] = state[i + Middle] ^ Twist(state[i], state[i + 1]);
        }

        for (int i = Size - Middle; i < Size - 1; i++)
        {
            state[i] = state[i + Middle - Size] ^ Twist(state[i], state[i + 1]);
        }

        state[Size - 1] = state[Middle - 1] ^ Twist(state[Size - 1], state[0]);
    }

    private static uint Twist(uint upper, uint lower)
    {
        uint mixed = (upper & 0x80000000) | (lower & 0x7fffffff);
        return (mixed >> 1) ^ ((lower & 1) * 0x9908b0df);
    }
}
