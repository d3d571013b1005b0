"""Where new pieces come from by themselves: feeds and watched folders."""
